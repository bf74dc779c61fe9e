package dev.keygate.gateway.door;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Lets one log line through in an interval and counts the others. Any thread. */
final class LogInterval {

  private final long intervalNanos;
  private final LongSupplier nanoTime;
  private final AtomicLong nextAt;
  private final AtomicLong withheld = new AtomicLong();

  LogInterval(Duration interval, LongSupplier nanoTime) {
    this.intervalNanos = interval.toNanos();
    this.nanoTime = nanoTime;
    this.nextAt = new AtomicLong(nanoTime.getAsLong());
  }

  /** How many lines were withheld since the last one; -1 when this one is withheld, too. */
  long next() {
    long now = nanoTime.getAsLong();
    long due = nextAt.get();
    if (now - due < 0 || !nextAt.compareAndSet(due, now + intervalNanos)) {
      withheld.incrementAndGet();
      return -1;
    }
    return withheld.getAndSet(0);
  }
}
