package dev.keygate.gateway.door;

import dev.keygate.gateway.decision.AccessPolicy;
import dev.keygate.gateway.decision.AccessRequest;
import dev.keygate.gateway.decision.Decision;
import dev.keygate.gateway.decision.OrganizationClaim;
import dev.keygate.gateway.decision.RouteAccess;
import dev.keygate.gateway.exchange.OpenExchanges;
import dev.keygate.gateway.firewall.OrganizationSelectors;
import dev.keygate.gateway.metric.DecisionMetrics;
import dev.keygate.gateway.route.GuardedRoute;
import dev.keygate.gateway.route.GuardedRoute.Where;
import java.util.List;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.handler.FilteringWebHandler;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The third seam: decides, and runs the route's filters only with a {@link Grant}. */
public final class DecisionHandler extends FilteringWebHandler {

  private static final OrganizationClaim ENCODED =
      new OrganizationClaim.Ambiguous(
          "The path must not be percent-encoded up to where it names the organization.");

  private final Judge judge;
  private final OpenExchanges exchanges;
  private final DecisionMetrics metrics;

  public DecisionHandler(
      List<GlobalFilter> filters, Judge judge, OpenExchanges exchanges, DecisionMetrics metrics) {
    super(filters, false);
    this.judge = judge;
    this.exchanges = exchanges;
    this.metrics = metrics;
  }

  /** Global filters and the route's own, in their order. */
  List<GatewayFilter> filtersOf(Route route) {
    return List.copyOf(getAllFilters(route));
  }

  @Override
  public Mono<Void> handle(ServerWebExchange exchange) {
    Inbound inbound = Inbound.of(exchange);
    RouteTable.Entry entry = RouteTable.Entry.of(exchange);
    AccessRequest request =
        new AccessRequest(
            inbound.credential(),
            entry.guarded().access(),
            exchange.getRequest().getMethod().name(),
            claim(exchange, inbound, entry.guarded()));
    Decision decision = AccessPolicy.decide(request, inbound.authentication(), inbound.snapshot());
    metrics.decided(decision);
    String target = inbound.target().raw();
    return switch (decision) {
      case Decision.Allowed(var principal) -> {
        Grant.ToPrincipal grant =
            new Grant.ToPrincipal(target, principal, request, inbound.snapshot());
        exchange.getResponse().beforeCommit(() -> confirm(grant));
        yield new Ongoing(forward(exchange, entry, grant), judge, grant, exchanges, inbound.loop());
      }
      case Decision.Anonymous() -> {
        Grant.ToAnyone grant = new Grant.ToAnyone(target);
        yield forward(exchange, entry, grant)
            .contextWrite(context -> context.put(Grant.CONTEXT_KEY, grant));
      }
      case Decision.Refused(var denied) ->
          Refusals.write(exchange, Refusal.of(denied), inbound.correlationId());
    };
  }

  private static OrganizationClaim claim(
      ServerWebExchange exchange, Inbound inbound, GuardedRoute route) {
    if (route.access() instanceof RouteAccess.Public) {
      return OrganizationClaim.OWN;
    }
    return switch (route.locate(inbound.target(), exchange)) {
      case Where.Encoded() -> ENCODED;
      case Where.Nowhere() ->
          OrganizationSelectors.read(null, inbound.target(), inbound.organizationHeader());
      case Where.Segment(var text) ->
          OrganizationSelectors.read(text, inbound.target(), inbound.organizationHeader());
    };
  }

  private static Mono<Void> forward(
      ServerWebExchange exchange, RouteTable.Entry entry, Grant grant) {
    grant.bind(exchange);
    return new Chain(entry.filters(), 0).filter(exchange);
  }

  /**
   * Asked as the answer is about to be committed. Fails with {@link RefusedLate}, also when it is a
   * refusal that is about to be written.
   */
  private Mono<Void> confirm(Grant.ToPrincipal grant) {
    return judge
        .again(grant)
        .map(denied -> Mono.<Void>error(new RefusedLate(denied)))
        .orElseGet(Mono::empty);
  }

  /** The stock chain is private to its class. */
  private record Chain(List<GatewayFilter> filters, int index) implements GatewayFilterChain {
    @Override
    public Mono<Void> filter(ServerWebExchange exchange) {
      return Mono.defer(
          () ->
              index < filters.size()
                  ? filters.get(index).filter(exchange, new Chain(filters, index + 1))
                  : Mono.empty());
    }
  }
}
