package dev.keygate.gateway.lease;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Until when the view counts as fresh, on the monotonic clock. Read on every request with one
 * volatile read; changed by {@link LeaseKeeper} only.
 */
public final class Lease {

  private final LongSupplier nanoTime;
  private volatile long freshUntil;

  /**
   * @param nanoTime {@link System#nanoTime} outside of tests
   */
  public Lease(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.freshUntil = nanoTime.getAsLong();
  }

  public boolean fresh() {
    return nanoTime.getAsLong() - freshUntil < 0;
  }

  /** How much is left; zero when it is not fresh. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, freshUntil - nanoTime.getAsLong()));
  }

  long now() {
    return nanoTime.getAsLong();
  }

  void extend(long until) {
    if (until - freshUntil > 0) {
      freshUntil = until;
    }
  }

  void end() {
    freshUntil = nanoTime.getAsLong();
  }
}
