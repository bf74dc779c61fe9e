package dev.keygate.gateway;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;

import java.net.URI;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Runs after the target is made: holds {@code /held}, and sends {@code /changed} elsewhere. */
final class TestFilter implements GlobalFilter, Ordered {

  private volatile Sinks.Empty<Void> gate = Sinks.empty();

  @Override
  public int getOrder() {
    return LOWEST_PRECEDENCE - 10;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    URI target = exchange.getRequiredAttribute(GATEWAY_REQUEST_URL_ATTR);
    if (target.getPath().endsWith("/held")) {
      return gate.asMono().then(chain.filter(exchange));
    }
    if (target.getPath().endsWith("/changed")) {
      exchange.getAttributes().put(GATEWAY_REQUEST_URL_ATTR, target.resolve("/elsewhere"));
    }
    return chain.filter(exchange);
  }

  boolean holds() {
    return gate.currentSubscriberCount() > 0;
  }

  void release() {
    Sinks.Empty<Void> held = gate;
    gate = Sinks.empty();
    held.tryEmitEmpty();
  }
}
