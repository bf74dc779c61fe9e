package dev.keygate.gateway.lease;

/** Gives and takes what only {@link LeaseKeeper} does otherwise. */
public final class LeaseFixture {

  private LeaseFixture() {}

  public static void extend(Lease lease, long until) {
    lease.extend(until);
  }

  public static void end(Lease lease) {
    lease.end();
  }
}
