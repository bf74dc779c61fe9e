package dev.keygate.gateway.route;

import dev.keygate.gateway.decision.RouteAccess;
import dev.keygate.gateway.firewall.RequestTarget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.handler.predicate.PathRoutePredicateFactory;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.web.server.ServerWebExchange;

/** A route together with what was read from its metadata. */
public final class GuardedRoute {

  private static final Set<String> SCHEMES = Set.of("http", "https", "ws", "wss");

  private final Route route;
  private final RouteAccess access;
  private final @Nullable String variable;
  private final Map<String, PathShape> shapes;

  private GuardedRoute(
      Route route, RouteAccess access, @Nullable String variable, Map<String, PathShape> shapes) {
    this.route = route;
    this.access = access;
    this.variable = variable;
    this.shapes = shapes;
  }

  /**
   * Throws {@link dev.keygate.gateway.settings.SettingException} when the metadata has a mistake.
   *
   * @param rewriting name of a filter of the route that changes the request's target; null: none
   */
  public static GuardedRoute of(Route route, @Nullable String rewriting) {
    String id = route.getId();
    RouteMetadata metadata = RouteMetadata.read(id, route.getMetadata());
    List<List<String>> predicates = pathPatterns(route);
    String variable = metadata.organizationVariable();
    if (variable != null && predicates.size() != 1) {
      throw RouteMetadata.mistake(
          id,
          "keygate.organization.path",
          "needs exactly one Path predicate, and the route has " + predicates.size());
    }
    Map<String, PathShape> shapes = new HashMap<>();
    if (metadata.access() instanceof RouteAccess.Keyed) {
      for (List<String> patterns : predicates) {
        for (String pattern : patterns) {
          shapes.put(pattern, PathShape.of(id, pattern, variable));
        }
      }
      if (rewriting != null) {
        throw RouteMetadata.mistake(
            id,
            "filter " + rewriting,
            "changes the target after it was checked; only a public route may have it");
      }
    }
    String scheme = route.getUri().getScheme();
    if (!SCHEMES.contains(scheme) && !route.getUri().equals(BuiltIn.NOWHERE)) {
      throw RouteMetadata.mistake(id, "uri", "must begin with one of " + SCHEMES);
    }
    return new GuardedRoute(route, metadata.access(), variable, Map.copyOf(shapes));
  }

  public Route route() {
    return route;
  }

  public RouteAccess access() {
    return access;
  }

  /** Where in this request's path the organization is, if anywhere. */
  public Where locate(RequestTarget.Canonical target, ServerWebExchange exchange) {
    PathShape shape = PathShape.NONE;
    if (!shapes.isEmpty()) {
      Object matched =
          exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_PREDICATE_MATCHED_PATH_ATTR);
      PathShape found = matched == null ? null : shapes.get(matched);
      if (found == null) {
        throw new IllegalStateException("route " + route.getId() + " matched no path of its own");
      }
      shape = found;
    }
    if (target.encodedWithin(shape.plainSegments())) {
      return Where.ENCODED;
    }
    if (variable == null) {
      return Where.NOWHERE;
    }
    String segment = target.segment(shape.organizationSegment());
    String decoded = ServerWebExchangeUtils.getUriTemplateVariables(exchange).get(variable);
    if (!segment.equals(decoded)) {
      throw new IllegalStateException(
          "route " + route.getId() + " read another organization than is in the path");
    }
    return new Where.Segment(segment);
  }

  /** The outcome of {@link #locate}. */
  public sealed interface Where {
    Where NOWHERE = new Nowhere();
    Where ENCODED = new Encoded();

    record Nowhere() implements Where {}

    /** The raw segment, which equals the decoded one. */
    record Segment(String text) implements Where {}

    /** A part of the path that decides about access is percent-encoded. */
    record Encoded() implements Where {}
  }

  private static List<List<String>> pathPatterns(Route route) {
    List<List<String>> patterns = new ArrayList<>();
    route
        .getPredicate()
        .accept(
            predicate -> {
              if (predicate.getConfig() instanceof PathRoutePredicateFactory.Config path) {
                patterns.add(path.getPatterns());
              }
            });
    return patterns;
  }
}
