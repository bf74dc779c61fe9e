package dev.keygate.gateway.endpoint;

import dev.keygate.gateway.door.Grant;
import dev.keygate.gateway.door.Inbound;
import dev.keygate.gateway.door.Refusals;
import dev.keygate.gateway.route.BuiltIn;
import dev.keygate.gateway.view.OrganizationNode;
import java.util.List;
import java.util.function.Function;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.OrderedGatewayFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.core.Ordered;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * {@code GET /v1/organizations}: the key's own organization and all below it. {@code GET
 * /v1/hierarchy?organizationId=}: one of them as a tree; without the parameter, the key's own. They
 * are routes like others, so that the same checks hold, and match exactly these paths.
 */
public final class BuiltInEndpoints implements RouteLocator {

  private static final int ORDER = -1000;

  @Override
  public Flux<Route> getRoutes() {
    return Flux.just(
        route("keygate-organizations", "/v1/organizations", OrganizationJson::list),
        route("keygate-hierarchy", "/v1/hierarchy", OrganizationJson::hierarchy));
  }

  /**
   * @param json of the organization that the request is about and all below it
   */
  private static Route route(
      String id, String path, Function<List<OrganizationNode>, byte[]> json) {
    GatewayFilter filter = (exchange, chain) -> answer(exchange, json);
    return Route.async()
        .id(id)
        .uri(BuiltIn.NOWHERE)
        .order(ORDER)
        .predicate(exchange -> Inbound.of(exchange).target().pathIs(path))
        .filter(new OrderedGatewayFilter(filter, Ordered.HIGHEST_PRECEDENCE))
        .build();
  }

  private static Mono<Void> answer(
      ServerWebExchange exchange, Function<List<OrganizationNode>, byte[]> json) {
    HttpMethod method = exchange.getRequest().getMethod();
    if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
      return Refusals.methodNotAllowed(exchange, "GET, HEAD");
    }
    if (!(exchange.getAttribute(Grant.ATTRIBUTE) instanceof Grant.ToPrincipal grant)) {
      return Mono.error(new IllegalStateException("a built-in endpoint was reached by nobody"));
    }
    byte[] body =
        json.apply(grant.snapshot().organizations().subtree(grant.principal().organization()));
    ServerHttpResponse response = exchange.getResponse();
    response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
    response.getHeaders().setContentLength(body.length);
    response.getHeaders().setCacheControl(CacheControl.noStore());
    return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
  }
}
