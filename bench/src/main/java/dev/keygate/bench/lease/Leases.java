package dev.keygate.bench.lease;

import dev.keygate.bench.store.BenchStore;
import dev.keygate.store.write.Command.OrganizationResult;
import dev.keygate.store.write.Command.PutOrganization;
import dev.keygate.store.write.Committed;
import java.sql.SQLException;
import java.time.Duration;

/** Has the gateway renew often, or as good as never, and gives it changes to acknowledge. */
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

  /** Something that every gateway takes over and acknowledges. */
  long change() {
    Committed<OrganizationResult> committed =
        store
            .writer()
            .submit(
                new PutOrganization(
                    "changing",
                    "changing",
                    "changing",
                    "bench",
                    "changed " + System.nanoTime(),
                    null,
                    false))
            .blockOptional(PATIENCE)
            .orElseThrow();
    return committed.position().seq();
  }

  /** The gateway learns of it with the acknowledgement of a change. */
  private void take(Duration lease) throws SQLException, InterruptedException {
    store.lease(lease);
    long seq = change();
    long begin = System.nanoTime();
    while (!store.acknowledged(seq)) {
      if (System.nanoTime() - begin > PATIENCE.toNanos()) {
        throw new IllegalStateException("the gateway did not acknowledge change " + seq);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }
}
