package dev.keygate.operator.usage;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which keys' counts are written next: in the order in which they changed, none more often than the
 * interval, not more in all than the budget. A key that was quiet for the interval comes at once.
 * Not for use by several threads.
 */
final class UsageSchedule {

  private final int perSecond;
  private final Duration interval;
  private final Set<String> changed = new LinkedHashSet<>();
  private final Map<String, Instant> shownAt = new HashMap<>();
  private double tokens;
  private Instant filledAt = Instant.EPOCH;

  UsageSchedule(UsageProperties properties) {
    this.perSecond = properties.statusWritesPerSecond();
    this.interval = properties.statusInterval();
  }

  void changed(String uid) {
    changed.add(uid);
  }

  /** The keys to write now; each counts against the budget whether or not it gets written. */
  List<String> due(Instant now) {
    fill(now);
    shownAt.values().removeIf(at -> !at.plus(interval).isAfter(now));
    List<String> due = new ArrayList<>();
    for (Iterator<String> it = changed.iterator(); it.hasNext() && tokens >= 1; ) {
      String uid = it.next();
      if (!shownAt.containsKey(uid)) {
        it.remove();
        shownAt.put(uid, now);
        due.add(uid);
        tokens--;
      }
    }
    return due;
  }

  /** Holds one second's worth at most, so that a quiet time does not end in a burst. */
  private void fill(Instant now) {
    double seconds = Duration.between(filledAt, now).toMillis() / 1_000.0;
    tokens = Math.min(perSecond, tokens + Math.max(0, seconds) * perSecond);
    filledAt = now;
  }
}
