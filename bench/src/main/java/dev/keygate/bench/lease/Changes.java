package dev.keygate.bench.lease;

import dev.keygate.bench.store.BenchStore;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** One change at a time, at a steady rate, until it is closed. */
final class Changes implements AutoCloseable {

  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final ScheduledFuture<?> running;

  Changes(BenchStore store, int perSecond) {
    long nanos = Duration.ofSeconds(1).dividedBy(perSecond).toNanos();
    running = thread.scheduleAtFixedRate(store::change, nanos / 2, nanos, TimeUnit.NANOSECONDS);
  }

  /** Fails when a change did. */
  @Override
  public void close() throws InterruptedException, ExecutionException {
    if (running.state() == ScheduledFuture.State.FAILED) {
      running.get();
    }
    thread.close();
  }
}
