package dev.keygate.gateway.door;

import dev.keygate.gateway.route.GuardedRoute;
import dev.keygate.gateway.route.RouteChecks;
import dev.keygate.gateway.settings.SettingException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.cloud.gateway.event.RefreshRoutesResultEvent;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.context.ApplicationListener;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * All routes in their order, with what was read from their metadata and their sorted filters. Read
 * before the port opens; a refresh that finds a mistake leaves the routes as they were.
 */
public final class RouteTable
    implements SmartInitializingSingleton, ApplicationListener<RefreshRoutesResultEvent> {

  private static final Logger LOGGER = LoggerFactory.getLogger(RouteTable.class);
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

  private final RouteLocator locator;
  private final RouteChecks checks;
  private final DecisionHandler handler;
  private final Disposable.Swap refresh = Disposables.swap();
  private volatile List<Entry> entries = List.of();

  /**
   * @param locator all routes, checked and sorted
   */
  public RouteTable(RouteLocator locator, RouteChecks checks, DecisionHandler handler) {
    this.locator = locator;
    this.checks = checks;
    this.handler = handler;
  }

  @Override
  public void afterSingletonsInstantiated() {
    List<Entry> read =
        read()
            .onErrorMap(
                failure -> !(failure instanceof SettingException),
                failure ->
                    new SettingException(
                        "spring.cloud.gateway.server.webflux.routes cannot be used: "
                            + failure.getMessage()))
            .block(START_TIMEOUT);
    entries = read == null ? List.of() : read;
  }

  @Override
  public void onApplicationEvent(RefreshRoutesResultEvent event) {
    if (event.isSuccess()) {
      // From the locator's cache: nothing is waited for.
      refresh.update(
          read()
              .subscribe(
                  read -> entries = read,
                  failure ->
                      LOGGER
                          .atWarn()
                          .addKeyValue("error", String.valueOf(failure.getMessage()))
                          .log("refreshed routes cannot be used, keeping the old ones")));
    }
  }

  List<Entry> entries() {
    return entries;
  }

  private Mono<List<Entry>> read() {
    return checks
        .guarded(locator.getRoutes())
        .map(route -> new Entry(route, handler.filtersOf(route.route())))
        .collectList()
        .map(List::copyOf);
  }

  record Entry(GuardedRoute guarded, List<GatewayFilter> filters) {
    private static final String ATTRIBUTE = Entry.class.getName();

    Route route() {
      return guarded.route();
    }

    void bind(ServerWebExchange exchange) {
      exchange.getAttributes().put(ATTRIBUTE, this);
    }

    static Entry of(ServerWebExchange exchange) {
      return exchange.getRequiredAttribute(ATTRIBUTE);
    }
  }
}
