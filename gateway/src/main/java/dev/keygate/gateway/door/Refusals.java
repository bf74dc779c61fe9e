package dev.keygate.gateway.door;

import dev.keygate.gateway.firewall.HeaderNames;
import java.nio.charset.StandardCharsets;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Writes refusals. */
public final class Refusals {

  private static final String CHALLENGE = "ApiKey realm=\"keygate\", header=\"X-API-Key\"";
  private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

  private Refusals() {}

  /** 405, for a route of the gateway's own. */
  public static Mono<Void> methodNotAllowed(ServerWebExchange exchange, String allowed) {
    return Mono.defer(
        () -> {
          String id = Inbound.of(exchange).correlationId();
          Mono<Void> written = write(exchange, Refusal.METHOD_NOT_ALLOWED, id);
          exchange.getResponse().getHeaders().set(HttpHeaders.ALLOW, allowed);
          return written;
        });
  }

  /** Replaces whatever was prepared; the response must not be committed yet. */
  static Mono<Void> write(ServerWebExchange exchange, Refusal refusal, String correlationId) {
    ServerHttpResponse response = exchange.getResponse();
    byte[] body = refusal.json(correlationId).getBytes(StandardCharsets.UTF_8);
    HttpHeaders headers = response.getHeaders();
    headers.clear();
    headers.set(HeaderNames.CORRELATION_ID, correlationId);
    headers.setContentType(MediaType.APPLICATION_JSON);
    headers.setContentLength(body.length);
    headers.set(HttpHeaders.CACHE_CONTROL, "no-store");
    if (refusal.code() == Refusal.Code.INVALID_API_KEY) {
      headers.set(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE);
    }
    if (refusal.code() == Refusal.Code.METHOD_NOT_ALLOWED) {
      headers.set(HttpHeaders.ALLOW, METHODS);
    }
    if (refusal.retryAfter().isPositive()) {
      headers.set(HttpHeaders.RETRY_AFTER, Long.toString(refusal.retryAfter().toSeconds()));
    }
    response.setStatusCode(HttpStatusCode.valueOf(refusal.code().status()));
    DataBuffer buffer = response.bufferFactory().wrap(body);
    return response.writeWith(Mono.just(buffer));
  }
}
