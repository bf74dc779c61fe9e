package dev.keygate.gateway.lease;

import dev.keygate.gateway.view.KeyView;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Part of readiness, not of liveness: a restart would not bring the store back. A replica that
 * answers from a stale view ({@code keygate.lease.on-stale=serve}) is not ready.
 */
public final class LeaseHealth implements HealthIndicator {

  private final KeyView view;
  private final Lease lease;

  public LeaseHealth(KeyView view, Lease lease) {
    this.view = view;
    this.lease = lease;
  }

  @Override
  public Health health() {
    boolean loaded = view.snapshot().loaded();
    boolean fresh = lease.fresh();
    boolean ready = lease.ready();
    return (loaded && ready ? Health.up() : Health.outOfService())
        .withDetail("loaded", loaded)
        .withDetail("fresh", fresh)
        .withDetail("stale", fresh && !ready)
        .withDetail("position", view.snapshot().position().seq())
        .build();
  }
}
