package dev.keygate.operator.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Spares a resource the status "not yet" when what it waits for is about to come: applied in one go
 * with it, or read by the same operator a moment later.
 */
public final class FirstSight {

  /** How long to look again before saying that something is missing. */
  public static final Duration RETRY = Duration.ofMillis(500);

  private static final Duration GRACE = Duration.ofSeconds(1);

  private final Map<String, Instant> since = new ConcurrentHashMap<>();

  public boolean isRecent(String uid, Instant now) {
    return since.computeIfAbsent(uid, _ -> now).plus(GRACE).isAfter(now);
  }

  public void forget(String uid) {
    since.remove(uid);
  }
}
