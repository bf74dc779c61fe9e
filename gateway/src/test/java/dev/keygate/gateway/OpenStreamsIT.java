package dev.keygate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keygate.gateway.TestStore.Issued;
import dev.keygate.gateway.exchange.OpenExchanges;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of exchanges that are open while their key, or what it may do, goes. */
@Timeout(60)
final class OpenStreamsIT {

  private static final long PATIENCE_SECONDS = 30;
  private static final int EVENT = "data: tick\n\n".length();

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static TestStore store;
  private static RecordingUpstream upstream;
  private static TestGateway gateway;

  @BeforeAll
  static void start() throws IOException {
    store = TestStore.start();
    store.organization("acme", null, false);
    store.organization("globex", null, false);
    upstream = new RecordingUpstream();
    gateway = TestGateway.start(store, upstream.uri());
    await().untilAsserted(() -> assertThat(gateway.ready()).isTrue());
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
    upstream.close();
    store.close();
  }

  @Test
  void breaksStreamsOfARevokedKeyAndOfNoOther() throws Exception {
    Issued revoked = key("acme");
    Issued other = key("acme");
    try (InputStream broken = stream("/plain/stream", revoked);
        InputStream goesOn = stream("/plain/stream", other)) {
      store.revoke(revoked);

      assertBroken(broken);
      await().untilAsserted(() -> assertThat(store.acknowledged()).isEqualTo(store.head()));
      // As much as can have been on its way before the revocation, and then more.
      goesOn.skipNBytes(20L * EVENT);
    }
  }

  @Test
  void breaksStreamsOfASuspendedOrganization() throws Exception {
    store.organization("sleepy", "acme", false);
    Issued key = key("sleepy");
    try (InputStream broken = stream("/plain/stream", key)) {
      store.organization("sleepy", "acme", true);

      assertBroken(broken);
    }
  }

  @Test
  void breaksStreamsAboutAnOrganizationThatMovedAway() throws Exception {
    store.organization("moving", "acme", false);
    Issued key = key("acme");
    try (InputStream broken = stream("/v1/organizations/moving/stream", key)) {
      store.organization("moving", "globex", false);

      assertBroken(broken);
    }
  }

  @Test
  void breaksStreamsBelowASuspendedOrganization() throws Exception {
    store.organization("house", "acme", false);
    store.organization("room", "house", false);
    Issued key = key("room");
    try (InputStream broken = stream("/plain/stream", key)) {
      store.organization("house", "acme", true);

      assertBroken(broken);
    }
  }

  @Test
  void breaksStreamsAboutAnOrganizationWhoseParentMovedAway() throws Exception {
    store.organization("cart", "acme", false);
    store.organization("load", "cart", false);
    Issued key = key("acme");
    try (InputStream broken = stream("/v1/organizations/load/stream", key)) {
      store.organization("cart", "globex", false);

      assertBroken(broken);
    }
  }

  @Test
  void breaksStreamsWhenTheirPermissionIsWithdrawn() throws Exception {
    store.organization("reader", "acme", false);
    Issued key = key("reader");
    try (InputStream broken = stream("/v1/contacts/stream", key);
        InputStream goesOn = stream("/plain/stream", key)) {
      Socket socket = socket("/v1/contacts/ws", key);
      store.organization("reader", "acme", List.of("reports:read"), false);

      assertBroken(broken);
      assertThat(socket.closed().get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(4403);
      goesOn.skipNBytes(20L * EVENT);
    }
  }

  @Test
  void breaksStreamsWhenTheirKeyExpires() throws Exception {
    Issued expiring = store.keyWith("acme", "live", Instant.now().plusSeconds(12), "contacts:*");
    awaitAccepted(expiring);
    try (InputStream broken = stream("/plain/stream", expiring)) {
      assertBroken(broken);
    }
  }

  @RepeatedTest(3)
  void endsEveryStreamThatBeginsWhileItsKeyIsRevoked() throws Exception {
    Issued key = key("acme");
    // More would be too many for a slow machine; the last ones are those that begin at that time.
    BlockingQueue<InputStream> last = new ArrayBlockingQueue<>(20);
    try (Beginner beginner = new Beginner()) {
      Future<Integer> refusal =
          beginner.start(
              () -> {
                while (true) {
                  OptionalInt status = begin(key, last);
                  if (status.isPresent() && status.getAsInt() != 200) {
                    return status.getAsInt();
                  }
                }
              });
      await().until(() -> last.size() > 10);

      store.revoke(key);

      assertThat(refusal.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(401);
    }
    await().untilAsserted(() -> assertThat(upstream.streaming()).isZero());
    assertThat(last).allSatisfy(OpenStreamsIT::assertBroken);
  }

  @RepeatedTest(3)
  void closesEveryWebSocketThatOpensWhileItsKeyIsRevoked() throws Exception {
    Issued key = key("acme");
    List<CompletableFuture<Integer>> sockets = new CopyOnWriteArrayList<>();
    try (Beginner beginner = new Beginner()) {
      Future<?> opening =
          beginner.start(
              () -> {
                while (true) {
                  CompletableFuture<Integer> closed = new CompletableFuture<>();
                  try {
                    open("/plain/ws", key, new CompletableFuture<>(), closed);
                  } catch (ExecutionException refused) {
                    return refused;
                  }
                  sockets.add(closed);
                }
              });
      await().until(() -> sockets.size() > 10);

      store.revoke(key);

      opening.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
    assertThat(sockets)
        .allSatisfy(
            closed -> assertThat(closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(4401));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/plain/flood", "/plain/flood/ws"})
  void cutsOffAClientThatReadsNothing(String target) throws Exception {
    Issued key = key("acme");
    OpenExchanges exchanges = gateway.bean("openExchanges", OpenExchanges.class);
    await().until(() -> exchanges.size() == 0);
    try (java.net.Socket client = new java.net.Socket()) {
      client.setReceiveBufferSize(4096);
      client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
      client.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
      client.getOutputStream().write(head(target, key).getBytes(StandardCharsets.US_ASCII));
      AtomicLong before = new AtomicLong(-1);
      await()
          .pollInterval(Duration.ofMillis(300))
          .until(
              () ->
                  upstream.flooded() > 0
                      && before.getAndSet(upstream.flooded()) == upstream.flooded());

      store.revoke(key);

      await()
          .untilAsserted(
              () -> {
                assertThat(upstream.flooding()).isZero();
                assertThat(exchanges.size()).isZero();
              });
      assertEnds(client.getInputStream());
    }
  }

  /** The answer's status; none when it broke off before its head was here. */
  private static OptionalInt begin(Issued key, BlockingQueue<InputStream> last) throws Exception {
    try {
      HttpResponse<InputStream> response =
          CLIENT.send(
              request("/plain/stream", key).build(), HttpResponse.BodyHandlers.ofInputStream());
      if (response.statusCode() == 200) {
        while (!last.offer(response.body())) {
          last.remove().close();
        }
      }
      return OptionalInt.of(response.statusCode());
    } catch (IOException broken) {
      return OptionalInt.empty();
    }
  }

  /** Runs what begins exchanges; stops with the test, also when that fails. */
  private static final class Beginner implements AutoCloseable {
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    <T> Future<T> start(Callable<T> work) {
      return executor.submit(work);
    }

    @Override
    public void close() {
      executor.shutdownNow();
    }
  }

  private static String head(String target, Issued key) {
    return "GET "
        + target
        + " HTTP/1.1\r\nHost: test\r\nX-API-Key: "
        + key.value()
        + (target.endsWith("/ws")
            ? "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13"
                + "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
            : "")
        + "\r\n\r\n";
  }

  /** The connection is closed, however; not just silent. */
  private static void assertEnds(InputStream stream) {
    try {
      stream.transferTo(OutputStream.nullOutputStream());
    } catch (IOException ended) {
      assertThat(ended).isNotInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void closesWebSocketsOfARevokedKey() throws Exception {
    Issued revoked = key("acme");
    Socket socket = socket(revoked);

    store.revoke(revoked);

    assertThat(socket.closed().get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(4401);
  }

  @Test
  void closesWebSocketsWhenTheirKeyExpires() throws Exception {
    // Enough for the slowest machine to shake hands before.
    Issued expiring = store.keyWith("acme", "live", Instant.now().plusSeconds(12), "contacts:*");
    Socket socket = socket(expiring);

    assertThat(socket.closed().get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(4401);
  }

  @Test
  void answersARequestInFlightAtOnceWhenItsKeyIsRevoked() throws Exception {
    Issued revoked = key("acme");
    upstream.all();
    CompletableFuture<HttpResponse<String>> answer =
        HttpClient.newHttpClient()
            .sendAsync(
                request("/plain/slow", revoked).build(), HttpResponse.BodyHandlers.ofString());
    await().until(() -> !upstream.all().isEmpty());

    store.revoke(revoked);

    // The upstream has not answered, and never does.
    assertThat(answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS).statusCode()).isEqualTo(401);
  }

  private static Issued key(String organization) {
    Issued key = store.key(organization, "contacts:*");
    awaitAccepted(key);
    return key;
  }

  private static void awaitAccepted(Issued key) {
    await()
        .untilAsserted(
            () ->
                assertThat(gateway.get("/plain/x", "X-API-Key", key.value()).statusCode())
                    .isEqualTo(200));
  }

  private static HttpRequest.Builder request(String target, Issued key) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + target))
        .version(HttpClient.Version.HTTP_1_1)
        .header("X-API-Key", key.value());
  }

  /** After its first event. */
  private static InputStream stream(String target, Issued key) throws Exception {
    HttpResponse<InputStream> response =
        HttpClient.newHttpClient()
            .send(request(target, key).build(), HttpResponse.BodyHandlers.ofInputStream());
    assertThat(response.statusCode()).isEqualTo(200);
    response.body().skipNBytes(EVENT);
    return response.body();
  }

  /** Its end is seen as a failure, not as an end. */
  private static void assertBroken(InputStream stream) {
    assertThatThrownBy(stream::readAllBytes).isInstanceOf(IOException.class);
  }

  private record Socket(WebSocket socket, CompletableFuture<Integer> closed) {}

  /** After its first echo. */
  private static Socket socket(Issued key) throws Exception {
    return socket("/plain/ws", key);
  }

  private static Socket socket(String target, Issued key) throws Exception {
    CompletableFuture<String> echo = new CompletableFuture<>();
    CompletableFuture<Integer> closed = new CompletableFuture<>();
    awaitAccepted(key);
    WebSocket socket = open(target, key, echo, closed);
    socket.sendText("hello", true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(echo.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("echo hello");
    return new Socket(socket, closed);
  }

  private static WebSocket open(
      String target, Issued key, CompletableFuture<String> echo, CompletableFuture<Integer> closed)
      throws Exception {
    return CLIENT
        .newWebSocketBuilder()
        .header("X-API-Key", key.value())
        .buildAsync(
            URI.create("ws://127.0.0.1:" + gateway.port() + target),
            new WebSocket.Listener() {
              @Override
              public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                echo.complete(data.toString());
                return WebSocket.Listener.super.onText(from, data, last);
              }

              @Override
              public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
                closed.complete(code);
                return WebSocket.Listener.super.onClose(from, code, reason);
              }

              @Override
              public void onError(WebSocket from, Throwable error) {
                closed.completeExceptionally(error);
              }
            })
        .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
