package dev.keygate.operator.leadership;

import dev.keygate.operator.storage.StoreGate;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Readiness: always up, since a standby can take over and a leader waits for what is down; says who
 * leads.
 */
final class LeadershipHealth implements HealthIndicator {

  private final Leadership leadership;
  private final StoreGate store;

  LeadershipHealth(Leadership leadership, StoreGate store) {
    this.leadership = leadership;
    this.store = store;
  }

  @Override
  public Health health() {
    return Health.up()
        .withDetail("leading", leadership.isLeading())
        .withDetail("leader", leadership.leader().orElse(""))
        .withDetail("store", store.isUp() ? "up" : "down")
        .withDetail("apiServer", leadership.isApiServerUp() ? "up" : "down")
        .build();
  }
}
