package dev.keygate.operator.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.effect.Effects;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against an API server that knows the Event already, and lets nobody read one. */
class EventWriterTest {

  private static final String STATUS =
      "{\"apiVersion\":\"v1\",\"kind\":\"Status\",\"status\":\"Failure\",\"code\":%d}";

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private KubernetesClient client;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder()
                    .withAutoConfigure(false)
                    .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .build();
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
  }

  @Test
  void emitCountsWhatHappensAgain() {
    EventWriter events = new EventWriter(client, Effects.unwatched(), "one", Clock.systemUTC());

    events.emit(key(), false, Reason.Ready, "the key is accepted");
    events.emit(key(), false, Reason.Ready, "the key is accepted");

    assertThat(requests).filteredOn(request -> request.startsWith("GET")).isEmpty();
    assertThat(requests)
        .filteredOn(request -> request.startsWith("PATCH"))
        .satisfiesExactly(
            first -> assertThat(first).contains("/namespaces/demo/events/crm.", "\"count\":2"),
            second -> assertThat(second).contains("\"count\":3", "lastObservedTime"));
  }

  @Test
  void emitOnceLeavesAnEventAloneThatIsThere() {
    EventWriter events = new EventWriter(client, Effects.unwatched(), "one", Clock.systemUTC());

    events.emitOnce(key(), false, Reason.Unused, "nobody used the key");

    assertThat(requests).singleElement().asString().startsWith("POST");
  }

  private static ApiKey key() {
    ApiKey key = new ApiKey();
    key.setMetadata(
        new ObjectMetaBuilder().withName("crm").withNamespace("demo").withUid("uid-1").build());
    return key;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
    int code =
        switch (exchange.getRequestMethod()) {
          case "POST" -> 409;
          case "PATCH" -> 200;
          default -> 403;
        };
    byte[] answer =
        (code == 200
                ? "{\"apiVersion\":\"events.k8s.io/v1\",\"kind\":\"Event\"}"
                : STATUS.formatted(code))
            .getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }
}
