package dev.keygate.bench.lease;

import dev.keygate.bench.store.BenchStore;
import java.sql.SQLException;
import java.time.Duration;

/** Has the gateway renew often, or as good as never. */
final class Leases {

  /** The longest that the schema has: the next renewal is hours away. */
  private static final Duration RARE = Duration.ofDays(1);

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long POLL_MILLIS = 5;

  private final BenchStore store;
  private final Duration normal;

  Leases(BenchStore store, Duration normal) {
    this.store = store;
    this.normal = normal;
  }

  void normal() throws SQLException, InterruptedException {
    take(normal);
  }

  void rare() throws SQLException, InterruptedException {
    take(RARE);
  }

  /** The gateway learns of it with the acknowledgement of a change. */
  private void take(Duration lease) throws SQLException, InterruptedException {
    store.lease(lease);
    long seq = store.change().position().seq();
    long begin = System.nanoTime();
    while (!store.acknowledged(seq)) {
      if (System.nanoTime() - begin > PATIENCE.toNanos()) {
        throw new IllegalStateException("the gateway did not acknowledge change " + seq);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }
}
