package dev.keygate.gateway.door;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import java.net.URI;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.RouteToRequestUrlFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Makes the upstream's URL of the route's scheme and authority and the raw target. In place of the
 * stock filter, which encodes what is encoded already when the query has a bracket.
 */
public final class TargetFilter implements GlobalFilter, Ordered {

  @Override
  public int getOrder() {
    return RouteToRequestUrlFilter.ROUTE_TO_URL_FILTER_ORDER;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    Route route = exchange.getRequiredAttribute(GATEWAY_ROUTE_ATTR);
    URI upstream = route.getUri();
    URI request = exchange.getRequest().getURI();
    String query = request.getRawQuery();
    exchange
        .getAttributes()
        .put(
            GATEWAY_REQUEST_URL_ATTR,
            URI.create(
                scheme(exchange, upstream)
                    + "://"
                    + upstream.getRawAuthority()
                    + request.getRawPath()
                    + (query == null ? "" : "?" + query)));
    return chain.filter(exchange);
  }

  /** A WebSocket's is set here, since the framework would encode the target again to change it. */
  private static String scheme(ServerWebExchange exchange, URI upstream) {
    String scheme = upstream.getScheme();
    if ("websocket".equalsIgnoreCase(exchange.getRequest().getHeaders().getUpgrade())) {
      return switch (scheme) {
        case "http" -> "ws";
        case "https" -> "wss";
        default -> scheme;
      };
    }
    return scheme;
  }
}
