package dev.keygate.gateway.door;

import dev.keygate.gateway.decision.Authentication;
import dev.keygate.gateway.metric.DecisionMetrics;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;

/** Answers what no route matches: 404 with a valid key; without one, what any keyed route says. */
public final class UnmatchedHandler implements WebHandler {

  private final DecisionMetrics metrics;

  public UnmatchedHandler(DecisionMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public Mono<Void> handle(ServerWebExchange exchange) {
    Inbound inbound = Inbound.of(exchange);
    Refusal refusal =
        switch (inbound.authentication()) {
          case Authentication.Failed(var denied) -> {
            metrics.denied(denied);
            yield Refusal.of(denied);
          }
          case Authentication.Valid valid -> {
            metrics.unmatched();
            yield Refusal.NOT_FOUND;
          }
        };
    return Refusals.write(exchange, refusal, inbound.correlationId());
  }
}
