package dev.keygate.gateway.lease;

import dev.keygate.store.lease.LeaseTerms;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Until when the view counts as fresh, on the monotonic clock. Read on every request with one
 * volatile read; changed by {@link LeaseKeeper} only. Rules 4 and 6 of docs/architecture.md: it
 * counts from before the renewal was sent, for as long as the store says.
 */
public final class Lease {

  private final LongSupplier nanoTime;
  private volatile long freshUntil;
  private volatile long readyUntil;
  private volatile long degradedFrom;

  /**
   * @param nanoTime {@link System#nanoTime} outside of tests
   */
  public Lease(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    end();
  }

  /** Whether requests may be answered. */
  public boolean fresh() {
    return nanoTime.getAsLong() - freshUntil < 0;
  }

  /** Fresh, and not in the last part of the lease, which only {@code on-stale=serve} grants. */
  public boolean ready() {
    return nanoTime.getAsLong() - readyUntil < 0;
  }

  /**
   * Whether the last renewal that counts was sent too long ago for a replica that is well: {@link
   * LeaseTerms#degradedAfter}, by the part of the lease in which it is ready.
   */
  public boolean degraded() {
    return nanoTime.getAsLong() - degradedFrom >= 0;
  }

  /** How much is left; zero when it is not fresh. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, freshUntil - nanoTime.getAsLong()));
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /**
   * Each of the three times goes on and never back: under shorter terms what was granted before
   * stays, and the newer renewal still keeps the replica ready.
   *
   * @param sent before the renewal was sent (rule 4)
   * @param whole for how long it counts (rule 6: the store's)
   * @param stale the last part of it, in which the replica is not ready
   */
  void extend(long sent, Duration whole, Duration stale) {
    Duration fresh = whole.minus(stale);
    freshUntil = later(freshUntil, sent + whole.toNanos());
    readyUntil = later(readyUntil, sent + fresh.toNanos());
    degradedFrom = later(degradedFrom, sent + LeaseTerms.degradedAfter(fresh).toNanos());
  }

  private static long later(long one, long other) {
    return one - other > 0 ? one : other;
  }

  void end() {
    long now = nanoTime.getAsLong();
    freshUntil = now;
    readyUntil = now;
    degradedFrom = now;
  }
}
