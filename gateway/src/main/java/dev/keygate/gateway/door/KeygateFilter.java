package dev.keygate.gateway.door;

import dev.keygate.gateway.decision.AccessPolicy;
import dev.keygate.gateway.decision.Credential;
import dev.keygate.gateway.decision.Credentials;
import dev.keygate.gateway.firewall.HeaderNames;
import dev.keygate.gateway.firewall.RequestHeaders;
import dev.keygate.gateway.firewall.RequestTarget;
import dev.keygate.gateway.metric.DecisionMetrics;
import dev.keygate.gateway.view.KeySnapshot;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Set;
import java.util.concurrent.Executor;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/**
 * The first seam: names the request, refuses what is not canonical, finds out whose key it has. Not
 * yet a 401, since nobody knows whether the route is public. Everything that fails behind it is
 * answered here, and a known key's use is counted here, whatever the answer.
 */
public final class KeygateFilter implements WebFilter, Ordered {

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private final DataPort dataPort;
  private final Credentials credentials;
  private final Judge judge;
  private final Presentations presentations;
  private final DecisionMetrics metrics;
  private final Failures failures;

  public KeygateFilter(
      DataPort dataPort,
      Credentials credentials,
      Judge judge,
      Presentations presentations,
      DecisionMetrics metrics) {
    this.dataPort = dataPort;
    this.credentials = credentials;
    this.judge = judge;
    this.presentations = presentations;
    this.metrics = metrics;
    this.failures = new Failures(metrics, System::nanoTime);
  }

  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    if (dataPort.isManagement(exchange)) {
      return chain.filter(exchange);
    }
    String correlationId = CorrelationId.next();
    exchange.getResponse().getHeaders().set(HeaderNames.CORRELATION_ID, correlationId);
    HttpServerRequest request = ClientChannel.request(exchange.getRequest());
    RequestHeaders read = RequestHeaders.read(request.requestHeaders().iteratorCharSequence());
    return switch (read) {
      case RequestHeaders.Refused(var problem, _) ->
          refuse(exchange, read, invalid(problem), correlationId);
      case RequestHeaders.Plain plain when lacksHost(request) ->
          refuse(exchange, plain, invalid("HTTP/1.1 needs a Host header."), correlationId);
      case RequestHeaders.Plain headers ->
          switch (RequestTarget.of(request.uri())) {
            case RequestTarget.Refused(var problem) ->
                refuse(exchange, headers, invalid(problem), correlationId);
            case RequestTarget.Canonical target ->
                METHODS.contains(request.method().name())
                    ? admit(
                        exchange,
                        chain,
                        inbound(
                            exchange,
                            correlationId,
                            headers,
                            target,
                            ClientChannel.of(request).eventLoop()))
                    : refuse(exchange, headers, Refusal.METHOD_NOT_ALLOWED, correlationId);
          };
    };
  }

  private Inbound inbound(
      ServerWebExchange exchange,
      String correlationId,
      RequestHeaders.Plain headers,
      RequestTarget.Canonical target,
      Executor loop) {
    long now = judge.nowMillis();
    // In this order, see Judge.again.
    boolean fresh = judge.fresh();
    KeySnapshot snapshot = judge.snapshot();
    Credential credential = credentials.of(headers.apiKey());
    return new Inbound(
        correlationId,
        target,
        exchange.getRequest().getHeaders(),
        credential,
        headers.organization(),
        fresh,
        snapshot,
        AccessPolicy.authenticate(credential, snapshot, fresh, now),
        now,
        loop);
  }

  private Mono<Void> admit(ServerWebExchange exchange, WebFilterChain chain, Inbound inbound) {
    inbound.bind(exchange);
    Mono<Void> answered =
        chain
            .filter(exchange)
            .onErrorResume(failure -> failures.answer(exchange, inbound.correlationId(), failure));
    return presentations.counted(exchange, inbound, judge, answered);
  }

  /** Before anybody asks whose key it is; it counts as used nevertheless. */
  private Mono<Void> refuse(
      ServerWebExchange exchange, RequestHeaders headers, Refusal refusal, String correlationId) {
    presentations.refused(exchange, credentials.of(headers.apiKey()), judge.snapshot());
    metrics.notCanonical();
    return Refusals.write(exchange, refusal, correlationId);
  }

  private static Refusal invalid(String problem) {
    return Refusal.of(Refusal.Code.INVALID_REQUEST, problem);
  }

  private static boolean lacksHost(HttpServerRequest request) {
    return request.version().equals(HttpVersion.HTTP_1_1)
        && !request.requestHeaders().contains(HttpHeaderNames.HOST);
  }
}
