package dev.keygate.operator.leadership;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Down when the process neither leads nor tries to: only a new process helps then. */
final class CampaignHealth implements HealthIndicator {

  private final Leadership leadership;

  CampaignHealth(Leadership leadership) {
    this.leadership = leadership;
  }

  @Override
  public Health health() {
    return leadership.isAlive()
        ? Health.up().build()
        : Health.down().withDetail("campaign", "no attempt to hold the lease for long").build();
  }
}
