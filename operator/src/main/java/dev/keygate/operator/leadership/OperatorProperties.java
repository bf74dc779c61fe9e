package dev.keygate.operator.leadership;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the operator lives, and how operators agree on who leads.
 *
 * @param namespace of the Lease
 * @param leaderElection timing of the Lease
 */
@ConfigurationProperties("keygate.operator")
public record OperatorProperties(
    @DefaultValue("keygate-system") String namespace, @DefaultValue LeaderElection leaderElection) {

  public OperatorProperties {
    if (namespace.isBlank()) {
      throw new IllegalArgumentException(
          "keygate.operator.namespace must be the namespace of the operator's Lease");
    }
  }

  /**
   * Timing of the Lease.
   *
   * @param leaseDuration how long a leader that vanished keeps the others waiting
   * @param renewDeadline after how long without a renewal the leader steps down; shorter than
   *     leaseDuration
   * @param retryPeriod how often to renew or to try for the lead; shorter than renewDeadline
   */
  public record LeaderElection(
      @DefaultValue("15s") Duration leaseDuration,
      @DefaultValue("10s") Duration renewDeadline,
      @DefaultValue("2s") Duration retryPeriod) {

    public LeaderElection {
      if (retryPeriod.toMillis() < 100) {
        throw new IllegalArgumentException(
            "keygate.operator.leader-election.retry-period ("
                + retryPeriod
                + ") must be at least 100ms");
      }
      if (renewDeadline.compareTo(retryPeriod) <= 0) {
        throw new IllegalArgumentException(
            "keygate.operator.leader-election.renew-deadline ("
                + renewDeadline
                + ") must exceed keygate.operator.leader-election.retry-period ("
                + retryPeriod
                + ")");
      }
      if (leaseDuration.compareTo(renewDeadline) <= 0) {
        throw new IllegalArgumentException(
            "keygate.operator.leader-election.lease-duration ("
                + leaseDuration
                + ") must exceed keygate.operator.leader-election.renew-deadline ("
                + renewDeadline
                + ")");
      }
    }
  }
}
