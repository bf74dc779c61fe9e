package dev.keygate.bench.revoke;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/** When each moment of one revocation was, all by the one clock of the machine. */
record Revocation(Map<Moment, Instant> moments) {

  Revocation {
    moments = new EnumMap<>(moments);
  }

  double millis(Moment from, Moment to) {
    return Duration.between(at(from), at(to)).toNanos() / 1e6;
  }

  private Instant at(Moment moment) {
    Instant at = moments.get(moment);
    if (at == null) {
      throw new IllegalStateException("never seen: " + moment);
    }
    return at;
  }
}
