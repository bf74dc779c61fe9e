package dev.keygate.operator.usage;

import dev.keygate.operator.storage.StoreGate;
import dev.keygate.store.usage.UsageStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads from the store how much the counts can tell, every few seconds. Safe from any thread. */
public final class CoverageReader {

  private static final Duration FRESH = Duration.ofSeconds(5);

  private final UsageStore usage;
  private final StoreGate store;
  private final Duration lease;
  private final Duration unusedAfter;
  private final Clock clock;
  private volatile @Nullable Reading last;

  private record Reading(Coverage coverage, Instant at) {}

  /**
   * @param lease of the gateways
   */
  public CoverageReader(
      UsageStore usage, StoreGate store, Duration lease, UsageProperties properties, Clock clock) {
    this.usage = usage;
    this.store = store;
    this.lease = lease;
    this.unusedAfter = properties.unusedAfter();
    this.clock = clock;
  }

  /**
   * To be asked before the counts are read that it is to judge: so whatever it says is stored is
   * among them. Fails with StoreUnavailableException.
   */
  public Coverage read() {
    Instant now = clock.instant();
    Reading known = last;
    if (known != null && now.isBefore(known.at().plus(FRESH)) && !now.isBefore(known.at())) {
      return known.coverage();
    }
    Coverage latest = Coverage.of(store.get(usage.completeness()), lease, unusedAfter);
    last = new Reading(latest, now);
    return latest;
  }
}
