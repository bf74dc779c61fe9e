package dev.keygate.store.feed;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a read of the log means for a follower at a position. */
public sealed interface FeedStep {

  /** Further behind than this a full view costs less, and no more memory than the view itself. */
  long MOST_ENTRIES = 50_000;

  record Unchanged() implements FeedStep {}

  record Advance(FeedPosition to, List<Change> changes) implements FeedStep {}

  /** What the follower holds is not what the log goes on from: it has to read everything again. */
  record Mismatch(String why) implements FeedStep {}

  /**
   * One row of the read.
   *
   * @param head the same in all rows
   * @param atApplied change id of the follower's position in the log; null when there is none
   * @param logged null in the only row of a read that found nothing new
   */
  record Entry(FeedPosition head, @Nullable UUID atApplied, @Nullable Logged logged) {}

  record Logged(long seq, String kind, String payload) {}

  /** Pure. Throws IllegalStateException for an entry that this build cannot read. */
  static FeedStep next(FeedPosition applied, List<Entry> entries) {
    if (entries.isEmpty()) {
      return new Mismatch("the feed has no head");
    }
    Entry first = entries.getFirst();
    FeedPosition head = first.head();
    if (!head.epoch().equals(applied.epoch())) {
      return new Mismatch("another epoch");
    }
    if (!Objects.equals(first.atApplied(), applied.changeId())) {
      return new Mismatch("another change, or none, at the applied position");
    }
    if (entries.size() > MOST_ENTRIES) {
      return new Mismatch("more than " + MOST_ENTRIES + " entries behind");
    }
    List<Change> changes = new ArrayList<>();
    long reached = applied.seq();
    for (Entry entry : entries) {
      Logged logged = entry.logged();
      if (logged == null) {
        continue;
      }
      if (logged.seq() != reached && logged.seq() != reached + 1) {
        return new Mismatch("a gap after " + reached);
      }
      reached = logged.seq();
      changes.add(ChangeCodec.parse(logged.kind(), logged.payload()));
    }
    if (reached != head.seq()) {
      return new Mismatch("the log ends at " + reached + ", the head is at " + head.seq());
    }
    return changes.isEmpty() ? new Unchanged() : new Advance(head, changes);
  }
}
