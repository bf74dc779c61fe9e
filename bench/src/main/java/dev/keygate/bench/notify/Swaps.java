package dev.keygate.bench.notify;

import dev.keygate.gateway.view.KeyView;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** When the view last moved on, and to which position. */
final class Swaps {

  private @Nullable KeyView view;
  private long position = -1;
  private long nanos;

  synchronized void observe(KeyView observed) {
    view = observed;
  }

  /** Called by the feed's thread right after a swap. */
  void swapped() {
    long now = System.nanoTime();
    synchronized (this) {
      if (view != null) {
        position = view.snapshot().position().seq();
        nanos = now;
        notifyAll();
      }
    }
  }

  /** {@link System#nanoTime} of the swap that brought the view to {@code seq} or past it. */
  synchronized long awaitApplied(long seq, Duration patience) throws InterruptedException {
    long begin = System.nanoTime();
    while (position < seq) {
      long left = patience.toMillis() - (System.nanoTime() - begin) / 1_000_000;
      if (left <= 0) {
        throw new IllegalStateException(
            "the view is at " + position + " and did not reach " + seq + " in time");
      }
      wait(left);
    }
    return nanos;
  }
}
