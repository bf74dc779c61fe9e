package dev.keygate.operator.usage;

import dev.keygate.store.usage.UsageStore.Completeness;
import java.time.Duration;

/**
 * How much the stored counts can tell of a key that they do not mention.
 *
 * @param complete whether the counts of every live gateway are stored, but for the latest ones
 * @param unusedAfter for how long nobody must have used a key for it to be called unused
 */
public record Coverage(boolean complete, Duration unusedAfter) {

  /** For what delays a gateway that is well: a slow statement, a pause. */
  private static final Duration SLACK = Duration.ofSeconds(30);

  /**
   * A gateway says with each renewal, twelve times in a lease, up to when its counts are stored;
   * one that says so three times late has missed some. Without gateways nobody uses anything.
   */
  static Coverage of(Completeness stored, Duration lease, Duration unusedAfter) {
    boolean complete =
        stored.flushedAt() == null
            || !stored.flushedAt().isBefore(stored.now().minus(lease.dividedBy(4)).minus(SLACK));
    return new Coverage(complete, unusedAfter);
  }
}
