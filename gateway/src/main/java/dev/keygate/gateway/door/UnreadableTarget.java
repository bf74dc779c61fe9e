package dev.keygate.gateway.door;

import dev.keygate.gateway.firewall.HeaderNames;
import dev.keygate.gateway.metric.DecisionMetrics;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerResponse;

/**
 * A target that is no URI never reaches a filter: the adapter below Spring answers it with an empty
 * 400. This gives that answer the body of any other.
 */
public final class UnreadableTarget implements NettyServerCustomizer {

  private static final Refusal REFUSAL =
      Refusal.of(Refusal.Code.INVALID_REQUEST, "The request target is not a valid URI.");

  private final DecisionMetrics metrics;

  public UnreadableTarget(DecisionMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public HttpServer apply(HttpServer server) {
    return server.mapHandle(
        (answered, connection) -> answered.then(Mono.defer(() -> complete(connection))));
  }

  private Mono<Void> complete(Connection connection) {
    if (!(connection instanceof HttpServerResponse response)
        || response.hasSentHeaders()
        || !HttpResponseStatus.BAD_REQUEST.equals(response.status())) {
      return Mono.empty();
    }
    metrics.notCanonical();
    String correlationId = CorrelationId.next();
    response
        .header(HeaderNames.CORRELATION_ID, correlationId)
        .header(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .header(HttpHeaderNames.CACHE_CONTROL, "no-store");
    return response.sendString(Mono.just(REFUSAL.json(correlationId))).then();
  }
}
