package dev.keygate.gateway;

import dev.keygate.gateway.exchange.OpenExchanges;
import dev.keygate.gateway.lease.EventLoops;
import dev.keygate.gateway.lease.Lease;
import dev.keygate.gateway.lease.LeaseHealth;
import dev.keygate.gateway.lease.LeaseKeeper;
import dev.keygate.gateway.lease.LeaseRegistry;
import dev.keygate.gateway.metric.ViewMetrics;
import dev.keygate.gateway.settings.GatewayProperties;
import dev.keygate.gateway.settings.StoreProperties;
import dev.keygate.gateway.store.GatewayLifecycle;
import dev.keygate.gateway.store.GivingUp;
import dev.keygate.gateway.store.GivingUpExit;
import dev.keygate.gateway.store.StoreConnections;
import dev.keygate.gateway.usage.FlushProgress;
import dev.keygate.gateway.usage.StragglerRecorder;
import dev.keygate.gateway.usage.UsageFlusher;
import dev.keygate.gateway.usage.UsageRecorder;
import dev.keygate.gateway.usage.UsageSink;
import dev.keygate.gateway.view.KeySnapshot;
import dev.keygate.gateway.view.KeyView;
import dev.keygate.store.feed.FeedReader;
import dev.keygate.store.lease.Replicas;
import dev.keygate.store.usage.UsageStore;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.HttpResources;

/** What keeps this replica's view current and its counts stored. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({GatewayProperties.class, StoreProperties.class})
class ViewConfiguration {

  /**
   * Names this process start towards the store; never used again: rule 7 of docs/architecture.md.
   */
  record ReplicaId(UUID value) {}

  @Bean
  InstantSource clock() {
    return InstantSource.system();
  }

  @Bean
  ReplicaId replicaId() {
    return new ReplicaId(UUID.randomUUID());
  }

  @Bean
  StoreConnections storeConnections(StoreProperties properties) {
    return new StoreConnections(properties.settings());
  }

  @Bean
  KeyView keyView(ObjectProvider<LeaseKeeper> keeper) {
    return new KeyView(() -> keeper.getObject().swapped());
  }

  @Bean
  Lease lease() {
    return new Lease(System::nanoTime);
  }

  @Bean(destroyMethod = "dispose")
  Scheduler leaseScheduler() {
    return Schedulers.newSingle("keygate-lease", true);
  }

  @Bean
  OpenExchanges openExchanges() {
    return new OpenExchanges();
  }

  @Bean
  FeedReader feedReader(StoreConnections connections, GatewayProperties properties) {
    return new FeedReader(connections.feed(), properties.feed().pollInterval());
  }

  @Bean
  LeaseKeeper leaseKeeper(
      FeedReader reader,
      StoreConnections connections,
      ReplicaId replica,
      GatewayProperties properties,
      KeyView view,
      Lease lease,
      OpenExchanges exchanges,
      FlushProgress progress,
      Scheduler leaseScheduler) {
    return new LeaseKeeper(
        LeaseRegistry.of(
            new Replicas(reader),
            new Replicas(connections.pool()),
            replica.value(),
            name(properties.replica())),
        () -> Optional.of(view.snapshot()).filter(KeySnapshot::loaded).map(KeySnapshot::position),
        Mono.fromRunnable(exchanges::lookAgain)
            .then(Mono.defer(() -> EventLoops.passed(HttpResources.get()))),
        lease,
        progress,
        leaseScheduler);
  }

  /** Readiness includes it by this name. */
  @Bean("keygate")
  LeaseHealth leaseHealth(KeyView view, Lease lease) {
    return new LeaseHealth(view, lease);
  }

  @Bean
  ViewMetrics viewMetrics(KeyView view, Lease lease, LeaseKeeper keeper, OpenExchanges exchanges) {
    return new ViewMetrics(view, lease, keeper, exchanges);
  }

  @Bean
  UsageRecorder usageRecorder(InstantSource clock) {
    return new UsageRecorder(clock);
  }

  @Bean
  StragglerRecorder stragglerRecorder(InstantSource clock) {
    return new StragglerRecorder(clock);
  }

  @Bean
  FlushProgress flushProgress(KeyView view) {
    return new FlushProgress(() -> view.snapshot().retiring() > 0);
  }

  @Bean
  UsageFlusher usageFlusher(
      UsageRecorder recorder,
      StragglerRecorder stragglers,
      OpenExchanges exchanges,
      FlushProgress progress,
      StoreConnections connections,
      ReplicaId replica,
      GatewayProperties properties) {
    return new UsageFlusher(
        recorder,
        stragglers,
        exchanges::openKeyIds,
        progress,
        UsageSink.of(new UsageStore(connections.pool())),
        replica.value(),
        properties.usage().flushInterval());
  }

  @Bean
  @ConditionalOnMissingBean
  GivingUp givingUpExit(ApplicationContext context) {
    return new GivingUpExit(context);
  }

  @Bean
  GatewayLifecycle gatewayLifecycle(
      StoreConnections connections,
      FeedReader reader,
      KeyView view,
      LeaseKeeper lease,
      OpenExchanges exchanges,
      UsageFlusher usage,
      GivingUp givingUp) {
    return new GatewayLifecycle(connections, reader, view, lease, exchanges, usage, givingUp);
  }

  private static String name(GatewayProperties.Replica replica) {
    if (!replica.name().isBlank()) {
      return replica.name();
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
