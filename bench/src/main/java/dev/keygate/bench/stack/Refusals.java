package dev.keygate.bench.stack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/** Asks every gateway with a key that none of them may accept any more. */
public final class Refusals implements AutoCloseable {

  private static final int REFUSED = 401;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<String> gateways;

  public Refusals(List<String> gateways) {
    this.gateways = List.copyOf(gateways);
  }

  /** Fails when one of them answers anything but 401. */
  public void requireAll(String key) throws IOException, InterruptedException {
    for (String gateway : gateways) {
      int status = status(gateway, key);
      if (status != REFUSED) {
        throw new IllegalStateException(
            gateway + " answered " + status + " with a key whose end is final");
      }
    }
  }

  /** What this gateway answers. */
  public int status(String gateway, String key) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(gateway + "/v1/contacts"))
            .timeout(PATIENCE)
            .header("X-API-Key", key)
            .build();
    return http.send(request, BodyHandlers.discarding()).statusCode();
  }

  @Override
  public void close() {
    http.close();
  }
}
