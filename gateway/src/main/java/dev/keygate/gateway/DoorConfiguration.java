package dev.keygate.gateway;

import dev.keygate.gateway.decision.Credentials;
import dev.keygate.gateway.door.DataPort;
import dev.keygate.gateway.door.DecisionHandler;
import dev.keygate.gateway.door.GrantGuard;
import dev.keygate.gateway.door.Judge;
import dev.keygate.gateway.door.KeygateFilter;
import dev.keygate.gateway.door.OutboundCheck;
import dev.keygate.gateway.door.Presentations;
import dev.keygate.gateway.door.ReturningHeaders;
import dev.keygate.gateway.door.RevocableSockets;
import dev.keygate.gateway.door.RouteMapping;
import dev.keygate.gateway.door.RouteTable;
import dev.keygate.gateway.door.SmallBodies;
import dev.keygate.gateway.door.StockHeaderFilters;
import dev.keygate.gateway.door.TargetFilter;
import dev.keygate.gateway.door.UnmatchedHandler;
import dev.keygate.gateway.door.UnreadableTarget;
import dev.keygate.gateway.door.UpstreamHeaders;
import dev.keygate.gateway.endpoint.BuiltInEndpoints;
import dev.keygate.gateway.exchange.OpenExchanges;
import dev.keygate.gateway.lease.Lease;
import dev.keygate.gateway.metric.DecisionMetrics;
import dev.keygate.gateway.route.RouteChecks;
import dev.keygate.gateway.settings.GatewayProperties;
import dev.keygate.gateway.usage.StragglerRecorder;
import dev.keygate.gateway.usage.UsageRecorder;
import dev.keygate.gateway.view.KeyView;
import dev.keygate.store.key.KeyFormat;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.List;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.cloud.gateway.config.GlobalCorsProperties;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.CachingRouteLocator;
import org.springframework.cloud.gateway.route.CompositeRouteLocator;
import org.springframework.cloud.gateway.route.RouteDefinitionLocator;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import org.springframework.web.reactive.socket.server.WebSocketService;
import reactor.core.publisher.Flux;

/** What a request goes through, in place of the framework's own parts where those fall short. */
@Configuration(proxyBeanMethods = false)
class DoorConfiguration {

  @Bean
  static StockHeaderFilters stockHeaderFilters() {
    return new StockHeaderFilters();
  }

  @Bean
  DataPort dataPort(Environment environment) {
    return new DataPort(environment);
  }

  @Bean
  DecisionMetrics decisionMetrics(MeterRegistry registry) {
    return new DecisionMetrics(registry);
  }

  @Bean
  Judge judge(KeyView view, Lease lease, InstantSource clock) {
    return new Judge(view, lease, clock);
  }

  @Bean
  KeygateFilter keygateFilter(
      DataPort dataPort,
      GatewayProperties properties,
      Judge judge,
      UsageRecorder usage,
      StragglerRecorder stragglers,
      DecisionMetrics metrics) {
    Credentials credentials =
        new Credentials(new KeyFormat(properties.keys().prefix()), properties.environments());
    return new KeygateFilter(
        dataPort, credentials, judge, new Presentations(usage, stragglers), metrics);
  }

  @Bean
  UnreadableTarget unreadableTarget(DecisionMetrics metrics) {
    return new UnreadableTarget(metrics);
  }

  @Bean
  RouteChecks routeChecks(
      RouteDefinitionLocator definitions,
      org.springframework.cloud.gateway.config.GatewayProperties properties) {
    return new RouteChecks(definitions, properties);
  }

  /** Under the framework's name for it, so that it is the one that everything uses. */
  @Bean
  @Primary
  RouteLocator cachedCompositeRouteLocator(List<RouteLocator> locators, RouteChecks checks) {
    RouteLocator all = new CompositeRouteLocator(Flux.fromIterable(locators));
    return new CachingRouteLocator(() -> checks.checked(all.getRoutes()));
  }

  @Bean
  @ConditionalOnBooleanProperty("keygate.endpoints.enabled")
  BuiltInEndpoints builtInEndpoints() {
    return new BuiltInEndpoints();
  }

  @Bean
  DecisionHandler decisionHandler(
      List<GlobalFilter> filters, Judge judge, OpenExchanges exchanges, DecisionMetrics metrics) {
    return new DecisionHandler(filters, judge, exchanges, metrics);
  }

  @Bean
  RouteTable routeTable(RouteLocator locator, RouteChecks checks, DecisionHandler handler) {
    return new RouteTable(locator, checks, handler);
  }

  @Bean
  RouteMapping routePredicateHandlerMapping(
      DataPort dataPort,
      RouteTable routes,
      DecisionHandler handler,
      DecisionMetrics metrics,
      RouteLocator locator,
      GlobalCorsProperties globalCors,
      Environment environment) {
    return new RouteMapping(
        dataPort, routes, handler, new UnmatchedHandler(metrics), locator, globalCors, environment);
  }

  @Bean
  GrantGuard grantGuard() {
    return new GrantGuard();
  }

  @Bean
  SmallBodies smallBodies() {
    return new SmallBodies();
  }

  @Bean
  TargetFilter targetFilter() {
    return new TargetFilter();
  }

  @Bean
  UpstreamHeaders upstreamHeaders() {
    return new UpstreamHeaders();
  }

  @Bean
  ReturningHeaders returningHeaders() {
    return new ReturningHeaders();
  }

  /** The framework's own one still makes the handshake. */
  @Bean
  @Primary
  RevocableSockets revocableSockets(
      @Qualifier("webSocketService") WebSocketService stock,
      Judge judge,
      OpenExchanges exchanges,
      DecisionMetrics metrics) {
    return new RevocableSockets(stock, judge, exchanges, metrics);
  }

  @Bean
  OutboundCheck outboundCheck(Judge judge, DecisionMetrics metrics) {
    return new OutboundCheck(judge, metrics);
  }
}
