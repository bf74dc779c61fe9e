package dev.keygate.gateway.door;

import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The last filter before those that send: nothing passes that was not decided on. */
public final class GrantGuard implements GlobalFilter, Ordered {

  @Override
  public int getOrder() {
    return LOWEST_PRECEDENCE - 2;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    return exchange.getAttribute(Grant.ATTRIBUTE) instanceof Grant
        ? chain.filter(exchange)
        : Mono.error(new IllegalStateException("a request reached its route without a decision"));
  }
}
