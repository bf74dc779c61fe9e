package dev.keygate.gateway.lease;

import java.time.Duration;

/** Gives and takes what only {@link LeaseKeeper} does otherwise. */
public final class LeaseFixture {

  private LeaseFixture() {}

  public static void extend(Lease lease, long until) {
    long now = lease.now();
    lease.extend(now, Duration.ofNanos(until - now), Duration.ZERO);
  }

  public static void end(Lease lease) {
    lease.end();
  }
}
