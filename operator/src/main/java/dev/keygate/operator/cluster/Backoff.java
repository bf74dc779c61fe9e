package dev.keygate.operator.cluster;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Growing, capped delays by resource, for failures that are retried for ever. */
public final class Backoff {

  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Duration CAP = Duration.ofSeconds(10);

  private final Map<String, Integer> failures = new ConcurrentHashMap<>();

  /** The next delay, with up to a quarter of jitter so that thousands don't return at once. */
  public Duration next(String uid) {
    int count = failures.merge(uid, 1, (old, _) -> Math.min(old + 1, 16));
    long millis = Math.min(FIRST.toMillis() << (count - 1), CAP.toMillis());
    return Duration.ofMillis(millis * 3 / 4 + ThreadLocalRandom.current().nextLong(millis / 4 + 1));
  }

  public boolean isFirst(String uid) {
    return !failures.containsKey(uid);
  }

  public void reset(String uid) {
    failures.remove(uid);
  }
}
