package dev.keygate.local.checker;

import dev.keygate.local.checker.Settings.Gateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Sends requests to the replicas, as a client that knows each of them. */
final class Gateways {

  /** Longer than any freeze: what a frozen replica answers once it goes on counts most of all. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final Duration HEALTH_PATIENCE = Duration.ofSeconds(2);

  private final History history;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(3))
          .build();
  private final Map<String, Integer> lastAnswers = new ConcurrentHashMap<>();

  Gateways(History history) {
    this.history = history;
  }

  /** An answer; status 0 when there was none. */
  record Answer(int status, String body) {
    boolean accepted() {
      return status >= 200 && status < 300;
    }
  }

  /** Never fails. */
  CompletableFuture<Answer> send(Gateway gateway, String path, KnownKey key, String... headers) {
    HttpRequest.Builder request;
    try {
      request =
          HttpRequest.newBuilder(URI.create(gateway.address() + path))
              .timeout(PATIENCE)
              .header("X-API-Key", key.plaintext());
      for (int i = 0; i < headers.length; i += 2) {
        request.header(headers[i], headers[i + 1]);
      }
    } catch (IllegalArgumentException e) {
      return CompletableFuture.completedFuture(new Answer(0, ""));
    }
    key.sent().incrementAndGet();
    return client
        .sendAsync(request.build(), BodyHandlers.ofString())
        .handle(
            (answer, failure) -> {
              Answer seen =
                  failure == null
                      ? new Answer(answer.statusCode(), answer.body())
                      : new Answer(0, String.valueOf(failure.getMessage()));
              if (seen.accepted()) {
                key.served().incrementAndGet();
              }
              note(gateway, key, path, seen);
              return seen;
            });
  }

  /** Whether a load balancer would send it requests. */
  boolean isReady(Gateway gateway) throws InterruptedException {
    try {
      return client
              .send(
                  HttpRequest.newBuilder(
                          URI.create(gateway.management() + "/actuator/health/readiness"))
                      .timeout(HEALTH_PATIENCE)
                      .build(),
                  BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private void note(Gateway gateway, KnownKey key, String path, Answer answer) {
    Integer last = lastAnswers.put(gateway.name() + key.keyId() + path, answer.status());
    if (last == null || last != answer.status()) {
      history.saw(
          gateway.name(),
          "answers %d to key %s of %s at %s"
              .formatted(answer.status(), key.keyId(), key.fullName(), path));
    }
  }
}
