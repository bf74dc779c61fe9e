package dev.keygate.local.stack;

import dev.keygate.local.process.Readiness;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Asks the stack's processes over HTTP whether they serve. */
final class Http {

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private Http() {}

  static Readiness answersOk(HttpClient client, URI address) {
    HttpRequest request = HttpRequest.newBuilder(address).timeout(PATIENCE).build();
    return () -> client.send(request, BodyHandlers.discarding()).statusCode() == 200;
  }
}
