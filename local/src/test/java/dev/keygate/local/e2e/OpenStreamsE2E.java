package dev.keygate.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What clients with something open see when their key is revoked, and what a frozen gateway does.
 */
@ExtendWith(StackExtension.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class OpenStreamsE2E {

  private static final String NAMESPACE = "streams";
  private static final String PATH = "/v1/organizations/streams/x";
  private static final int REQUESTS = 20;

  private static Platform platform;

  @BeforeAll
  static void prepare(Platform shared) {
    platform = shared;
    platform.namespace(NAMESPACE, "streams");
    platform.organization("streams", "streams");
  }

  @Test
  void revokingBreaksTheEventStreamAndClosesTheWebSocket() throws Exception {
    String key = issue("talking");
    HttpClient client = HttpClient.newHttpClient();
    String gateway = platform.gateways().getFirst();
    HttpResponse<InputStream> events =
        client.send(
            request(gateway, PATH + "?eventsEveryMillis=50", key),
            HttpResponse.BodyHandlers.ofInputStream());
    CompletableFuture<Integer> closed = new CompletableFuture<>();
    CompletableFuture<String> echo = new CompletableFuture<>();
    WebSocket socket =
        client
            .newWebSocketBuilder()
            .header("X-API-Key", key)
            .buildAsync(
                URI.create(gateway.replaceFirst("http", "ws") + PATH),
                new WebSocket.Listener() {
                  @Override
                  public CompletionStage<?> onText(
                      WebSocket from, CharSequence data, boolean last) {
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
            .get(30, TimeUnit.SECONDS);
    socket.sendText("hello", true).get(30, TimeUnit.SECONDS);
    assertThat(echo.get(30, TimeUnit.SECONDS)).isEqualTo("echo hello");
    events.body().skipNBytes("data: 0\n\n".length());

    revoke("talking");

    assertThat(closed.get(60, TimeUnit.SECONDS)).isEqualTo(4401);
    assertThatThrownBy(() -> events.body().readAllBytes()).isInstanceOf(IOException.class);
    awaitFinal("talking");
  }

  @Test
  void aGatewayFrozenPastItsLeaseAnswersNothingThatWasSentAfterTheRevocationWasFinal()
      throws Exception {
    String key = issue("frozen");
    String gateway = platform.gateways().getLast();
    String name = "gateway-" + platform.gateways().size();
    HttpClient client = HttpClient.newHttpClient();
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    try {
      platform.process(name).signal("STOP");
      revoke("frozen");
      awaitFinal("frozen");

      for (int i = 0; i < REQUESTS; i++) {
        answers.add(
            client.sendAsync(request(gateway, PATH, key), HttpResponse.BodyHandlers.ofString()));
      }
    } finally {
      platform.process(name).signal("CONT");
    }

    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isIn(401, 503);
    }
    // By itself it comes back for everybody else.
    String other = issue("after");
    await()
        .atMost(Platform.PATIENCE)
        .untilAsserted(
            () -> assertThat(platform.get(gateway, PATH, other).summary()).isEqualTo("200"));
    assertThat(platform.get(gateway, PATH, key).summary()).isEqualTo("401 INVALID_API_KEY");
  }

  private static String issue(String name) {
    platform.apply(Platform.keyManifest(NAMESPACE, name, "streams"));
    platform.awaitReady(NAMESPACE, name);
    return platform.key(NAMESPACE, name);
  }

  private static void revoke(String name) {
    platform.kubectl(
        "patch",
        "apikey",
        name,
        "--namespace=" + NAMESPACE,
        "--type=merge",
        "--patch={\"spec\":{\"revoked\":true}}");
  }

  private static void awaitFinal(String name) {
    platform.kubectl(
        "wait",
        "apikey/" + name,
        "--namespace=" + NAMESPACE,
        "--for=jsonpath={.status.revocation.finalAt}",
        "--timeout=180s");
  }

  private static HttpRequest request(String gateway, String path, String key) {
    return HttpRequest.newBuilder(URI.create(gateway + path))
        .version(HttpClient.Version.HTTP_1_1)
        .timeout(Duration.ofSeconds(90))
        .header("X-API-Key", key)
        .build();
  }
}
