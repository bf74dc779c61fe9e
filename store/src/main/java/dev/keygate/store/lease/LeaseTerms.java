package dev.keygate.store.lease;

import java.time.Duration;

/**
 * How long a gateway may go on without word from the store.
 *
 * @param fresh for how long it is fully in service
 * @param stale for how much longer it still answers, degraded; zero: not at all
 */
public record LeaseTerms(Duration fresh, Duration stale) {

  public static final Duration SHORTEST = Duration.ofSeconds(1);
  public static final Duration LONGEST = Duration.ofHours(24);

  private static final Duration DEGRADED_AFTER = Duration.ofSeconds(30);
  private static final int DEGRADED_SHARE = 4;

  public LeaseTerms {
    if (fresh.compareTo(SHORTEST) < 0
        || stale.isNegative()
        || fresh.plus(stale).compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "keygate.lease.duration and keygate.lease.serve-for must be from 1s to 24h together, found "
              + fresh
              + " and "
              + stale);
    }
  }

  public static LeaseTerms of(Duration fresh) {
    return new LeaseTerms(fresh, Duration.ZERO);
  }

  /**
   * After so long without a renewal a replica is not well: 30 seconds, or a quarter of the lease if
   * that is less.
   *
   * @param lease for how long it is fully in service
   */
  public static Duration degradedAfter(Duration lease) {
    Duration share = lease.dividedBy(DEGRADED_SHARE);
    return share.compareTo(DEGRADED_AFTER) < 0 ? share : DEGRADED_AFTER;
  }

  /** After this nobody answers any more. */
  public Duration whole() {
    return fresh.plus(stale);
  }
}
