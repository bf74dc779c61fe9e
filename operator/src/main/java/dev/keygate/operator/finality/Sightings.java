package dev.keygate.operator.finality;

import dev.keygate.store.lease.Replicas.Replica;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Rule 3 of the lease protocol: a replica's row may go once it was seen unchanged for the lease, on
 * this process's own monotonic clock, counted from its own first sight of that renewal. Not for use
 * by several threads.
 */
public final class Sightings {

  private final long bound;
  private final Map<UUID, Sighting> seen = new HashMap<>();

  public Sightings(Duration bound) {
    this.bound = bound.toNanos();
  }

  /** The rows that may be removed now. */
  public List<Replica> observe(List<Replica> rows, long now) {
    seen.keySet().retainAll(rows.stream().map(Replica::id).collect(Collectors.toSet()));
    return rows.stream().filter(row -> unchangedForLease(row, now)).toList();
  }

  private boolean unchangedForLease(Replica row, long now) {
    Sighting sighting = seen.get(row.id());
    if (sighting == null || sighting.renewals() != row.renewals()) {
      seen.put(row.id(), new Sighting(row.renewals(), now));
      return false;
    }
    return now - sighting.since() >= bound;
  }

  private record Sighting(long renewals, long since) {}
}
