package dev.keygate.gateway.door;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_HANDLER_MAPPER_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_PREDICATE_ROUTE_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REACTOR_CONTEXT_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.reactivestreams.Publisher;
import org.springframework.cloud.gateway.config.GlobalCorsProperties;
import org.springframework.cloud.gateway.handler.RoutePredicateHandlerMapping;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.cors.reactive.UrlBasedCorsConfigurationSource;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;

/**
 * The second seam: picks the route of every request on the data port, before any other mapping. The
 * stock one goes on to the next route when a predicate throws; here that is a failure. What no
 * route matches is answered here as well, so that nothing else can be reached.
 */
public final class RouteMapping extends RoutePredicateHandlerMapping {

  private final DataPort dataPort;
  private final RouteTable routes;
  private final DecisionHandler handler;
  private final WebHandler unmatched;
  private volatile UrlBasedCorsConfigurationSource cors = new UrlBasedCorsConfigurationSource();

  public RouteMapping(
      DataPort dataPort,
      RouteTable routes,
      DecisionHandler handler,
      WebHandler unmatched,
      RouteLocator locator,
      GlobalCorsProperties globalCors,
      Environment environment) {
    super(handler, locator, globalCors, environment);
    this.dataPort = dataPort;
    this.routes = routes;
    this.handler = handler;
    this.unmatched = unmatched;
    setCorsConfigurations(globalCors.getCorsConfigurations());
    setOrder(Ordered.HIGHEST_PRECEDENCE);
  }

  /** Called again by the framework when routes with CORS settings are refreshed. */
  @Override
  public void setCorsConfigurations(Map<String, CorsConfiguration> configurations) {
    super.setCorsConfigurations(configurations);
    UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
    source.setCorsConfigurations(configurations);
    cors = source;
  }

  @Override
  public Mono<Object> getHandler(ServerWebExchange exchange) {
    if (dataPort.isManagement(exchange)) {
      return Mono.empty();
    }
    // Not isCorsRequest, which throws when the client's Origin is malformed.
    if (exchange.getRequest().getHeaders().containsHeader(HttpHeaders.ORIGIN)) {
      if (cors.getCorsConfiguration(exchange) != null) {
        return isOriginReadable(exchange.getRequest())
            ? super.getHandler(exchange)
            : Mono.error(new ResponseStatusException(HttpStatus.BAD_REQUEST));
      }
      if (CorsUtils.isPreFlightRequest(exchange.getRequest())) {
        // The dispatcher asks for a preflight's handler and does not run it: an empty 200.
        return getHandlerInternal(exchange)
            .flatMap(found -> found.handle(exchange).thenReturn(found));
      }
    }
    return getHandlerInternal(exchange).cast(Object.class);
  }

  private static boolean isOriginReadable(ServerHttpRequest request) {
    try {
      CorsUtils.isCorsRequest(request);
      return true;
    } catch (IllegalArgumentException | IllegalStateException malformed) {
      // The latter for a port with a brace, which the framework does not expect.
      return false;
    }
  }

  @Override
  protected Mono<WebHandler> getHandlerInternal(ServerWebExchange exchange) {
    exchange.getAttributes().put(GATEWAY_HANDLER_MAPPER_ATTR, getSimpleName());
    return Mono.deferContextual(
        context -> {
          exchange.getAttributes().put(GATEWAY_REACTOR_CONTEXT_ATTR, context);
          return match(exchange, routes.entries(), 0);
        });
  }

  private Mono<WebHandler> match(
      ServerWebExchange exchange, List<RouteTable.Entry> entries, int from) {
    for (int i = from; i < entries.size(); i++) {
      RouteTable.Entry entry = entries.get(i);
      exchange.getAttributes().put(GATEWAY_PREDICATE_ROUTE_ATTR, entry.route().getId());
      Publisher<Boolean> matches = entry.route().getPredicate().apply(exchange);
      if (!(matches instanceof Callable<?> known)) {
        int next = i + 1;
        return Mono.from(matches)
            .flatMap(
                matched ->
                    matched ? Mono.just(take(exchange, entry)) : match(exchange, entries, next));
      }
      if (isTrue(known)) {
        return Mono.just(take(exchange, entry));
      }
    }
    exchange.getAttributes().remove(GATEWAY_PREDICATE_ROUTE_ATTR);
    return Mono.just(unmatched);
  }

  /** The answer of a predicate that has it at once, which most do. */
  private static boolean isTrue(Callable<?> known) {
    try {
      return Boolean.TRUE.equals(known.call());
    } catch (Exception e) {
      throw new IllegalStateException("a route's predicate failed", e);
    }
  }

  private WebHandler take(ServerWebExchange exchange, RouteTable.Entry entry) {
    exchange.getAttributes().remove(GATEWAY_PREDICATE_ROUTE_ATTR);
    exchange.getAttributes().put(GATEWAY_ROUTE_ATTR, entry.route());
    entry.bind(exchange);
    return handler;
  }
}
