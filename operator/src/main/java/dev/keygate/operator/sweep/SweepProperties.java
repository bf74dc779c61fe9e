package dev.keygate.operator.sweep;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The search for usable keys whose ApiKey is gone.
 *
 * @param interval from the end of one sweep to the next; at least 1s
 * @param confirmedRevocations how many keys one sweep may revoke beyond the limit of 20 or 5 % of
 *     all, whichever is larger, of each namespace at most five counted. A sweep that would revoke
 *     more does nothing and says how many: set this to that number after having made sure that
 *     those ApiKeys are gone for good, and back to 0 afterwards
 */
@ConfigurationProperties("keygate.sweep")
public record SweepProperties(
    @DefaultValue("5m") Duration interval, @DefaultValue("0") int confirmedRevocations) {

  public SweepProperties {
    if (interval.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException(
          "keygate.sweep.interval (" + interval + ") must be at least 1s");
    }
    if (confirmedRevocations < 0) {
      throw new IllegalArgumentException(
          "keygate.sweep.confirmed-revocations ("
              + confirmedRevocations
              + ") must not be negative");
    }
  }
}
