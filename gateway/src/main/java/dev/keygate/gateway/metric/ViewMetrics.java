package dev.keygate.gateway.metric;

import dev.keygate.gateway.exchange.OpenExchanges;
import dev.keygate.gateway.lease.Lease;
import dev.keygate.gateway.lease.LeaseKeeper;
import dev.keygate.gateway.view.KeyView;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;

/**
 * What this replica holds and how current it is: {@code keygate_keys}, {@code
 * keygate_organizations}, {@code keygate_feed_position}, {@code keygate_feed_lag} (changes not
 * applied yet), {@code keygate_lease_remaining_seconds} (0: requests get 503), {@code
 * keygate_lease_degraded} (1: alert), {@code keygate_exchanges_open}.
 */
public final class ViewMetrics implements MeterBinder {

  private final KeyView view;
  private final Lease lease;
  private final LeaseKeeper keeper;
  private final OpenExchanges exchanges;

  public ViewMetrics(KeyView view, Lease lease, LeaseKeeper keeper, OpenExchanges exchanges) {
    this.view = view;
    this.lease = lease;
    this.keeper = keeper;
    this.exchanges = exchanges;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("keygate.keys", view, it -> it.snapshot().keys())
        .description("usable key versions held")
        .register(registry);
    Gauge.builder("keygate.organizations", view, it -> it.snapshot().organizations().size())
        .description("organizations held")
        .register(registry);
    Gauge.builder("keygate.feed.position", view, it -> it.snapshot().position().seq())
        .description("number of the last change applied")
        .register(registry);
    Gauge.builder("keygate.feed.lag", keeper, LeaseKeeper::lag)
        .description("changes known to exist and not applied yet")
        .register(registry);
    Gauge.builder("keygate.lease.remaining", lease, it -> seconds(it.remaining()))
        .baseUnit("seconds")
        .description("how long the view still counts as fresh")
        .register(registry);
    Gauge.builder("keygate.lease.degraded", lease, it -> it.degraded() ? 1 : 0)
        .description("1 when no renewal has counted for 30 seconds or a quarter of the lease")
        .register(registry);
    Gauge.builder("keygate.exchanges.open", exchanges, OpenExchanges::size)
        .description("requests and streams of keys that are under way")
        .register(registry);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
