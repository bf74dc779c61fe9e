package dev.keygate.operator.finality;

import dev.keygate.store.feed.FeedPosition;
import dev.keygate.store.lease.Replicas.Replica;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** When a change is final: rules 5, 6 and 8 of the lease protocol, as a pure function. */
public final class FinalityRule {

  private FinalityRule() {}

  /**
   * The lease with a margin for clocks that differ by up to one per cent, and a second for the way
   * there and back (rule 5).
   */
  static Duration bound(Duration lease) {
    return Duration.ofNanos((long) (lease.toNanos() * 1.01)).plusSeconds(1);
  }

  /**
   * @param rows read after the commit was known (rule 8)
   * @param rowsAreAll false for a lease's time after a new instance of PostgreSQL was first seen:
   *     rows of replicas that still serve may be lost
   */
  public static Acknowledgement judge(
      FeedPosition position,
      Duration sinceKnown,
      Duration bound,
      List<Replica> rows,
      boolean rowsAreAll,
      Instant now) {
    List<String> behind =
        rows.stream()
            .filter(row -> !acknowledged(row, position))
            .map(Replica::name)
            .sorted()
            .toList();
    int acknowledged = rows.size() - behind.size();
    if ((behind.isEmpty() && rowsAreAll) || sinceKnown.compareTo(bound) >= 0) {
      return new Acknowledgement.Final(acknowledged, rows.size(), now);
    }
    return new Acknowledgement.Waiting(acknowledged, rows.size(), behind);
  }

  static boolean acknowledged(Replica row, FeedPosition position) {
    FeedPosition applied = row.applied();
    return applied != null
        && applied.epoch().equals(position.epoch())
        && applied.seq() >= position.seq();
  }
}
