package dev.keygate.gateway.route;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.route.RouteDefinitionLocator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reads every route's metadata when routes are loaded, and finds filters that would change what was
 * checked: path, query or host of the target.
 */
public final class RouteChecks {

  private static final Set<String> REWRITING =
      Set.of(
          "AddRequestParameter",
          "PrefixPath",
          "RemoveRequestParameter",
          "RequestHeaderToRequestUri",
          "RewritePath",
          "RewriteRequestParameter",
          "SetPath",
          "SetRequestUri",
          "StripPrefix");

  private final RouteDefinitionLocator definitions;
  private final List<FilterDefinition> defaults;

  public RouteChecks(RouteDefinitionLocator definitions, GatewayProperties properties) {
    this.definitions = definitions;
    this.defaults = properties.getDefaultFilters();
  }

  /** The same routes; fails when the metadata of one has a mistake. */
  public Flux<Route> checked(Flux<Route> routes) {
    return guarded(routes).map(GuardedRoute::route);
  }

  /** The routes with what their metadata says. */
  public Flux<GuardedRoute> guarded(Flux<Route> routes) {
    return byRoute()
        .flatMapMany(
            rewriting -> routes.map(route -> GuardedRoute.of(route, rewriting.get(route.getId()))));
  }

  /** The name of such a filter by route id; absent ids have none. */
  private Mono<Map<String, String>> byRoute() {
    return definitions
        .getRouteDefinitions()
        .filter(definition -> definition.getId() != null && rewriting(definition).isPresent())
        .collectMap(
            definition -> String.valueOf(definition.getId()),
            definition -> rewriting(definition).orElseThrow());
  }

  private Optional<String> rewriting(RouteDefinition definition) {
    return Stream.of(defaults, definition.getFilters())
        .flatMap(List::stream)
        .map(FilterDefinition::getName)
        .filter(REWRITING::contains)
        .findFirst();
  }
}
