package dev.keygate.gateway.usage;

import dev.keygate.store.usage.UsageBatch.Count;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Requests by key version and hour since the last batch. Counting takes no lock and never fails; no
 * count is lost or taken twice while a batch is drained. Memory is bounded: one counter for each
 * key that was used, in each of at most {@value #MOST_HOURS} hours; when the store is away for
 * longer, later requests count for the last of them.
 */
public final class UsageRecorder {

  static final int MOST_HOURS = 24;

  private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();

  private final InstantSource clock;
  private final ConcurrentMap<Long, ConcurrentMap<String, Counter>> hours =
      new ConcurrentHashMap<>();

  public UsageRecorder(InstantSource clock) {
    this.clock = clock;
  }

  /** Any presentation of a known version counts, whatever the answer. From any thread. */
  public void record(String keyId) {
    count(keyId, 1);
  }

  /** The version is still in use, by a request that was counted when it came. From any thread. */
  public void touch(String keyId) {
    count(keyId, 0);
  }

  private void count(String keyId, int requests) {
    long now = clock.millis();
    ConcurrentMap<String, Counter> counters = counters(now / HOUR_MILLIS);
    while (true) {
      Counter counter = counters.get(keyId);
      if (counter == null) {
        counter = counters.computeIfAbsent(keyId, id -> new Counter());
      }
      if (counter.add(requests, now)) {
        return;
      }
      counters.remove(keyId, counter);
    }
  }

  /** Takes what was counted, at most {@code limit} entries; by one thread at a time. */
  List<Count> drain(int limit) {
    List<Count> counts = new ArrayList<>();
    for (Map.Entry<Long, ConcurrentMap<String, Counter>> hour : hours.entrySet()) {
      Instant start = Instant.ofEpochMilli(hour.getKey() * HOUR_MILLIS);
      for (Map.Entry<String, Counter> entry : hour.getValue().entrySet()) {
        if (counts.size() == limit) {
          return counts;
        }
        Counter counter = entry.getValue();
        long requests = counter.close();
        hour.getValue().remove(entry.getKey(), counter);
        long lastUsed = counter.lastUsedMillis();
        if (requests > 0 || lastUsed > 0) {
          counts.add(
              new Count(
                  entry.getKey(), start, Math.max(0, requests), Instant.ofEpochMilli(lastUsed)));
        }
      }
    }
    dropEmptyHours();
    return counts;
  }

  /** Not the last two: a thread may be about to count in them. */
  private void dropEmptyHours() {
    long current = clock.millis() / HOUR_MILLIS;
    hours.entrySet().removeIf(hour -> hour.getKey() < current - 1 && hour.getValue().isEmpty());
  }

  private ConcurrentMap<String, Counter> counters(long hour) {
    ConcurrentMap<String, Counter> counters = hours.get(hour);
    if (counters != null) {
      return counters;
    }
    long counted =
        hours.size() < MOST_HOURS
            ? hour
            : hours.keySet().stream().mapToLong(Long::longValue).max().orElse(hour);
    return hours.computeIfAbsent(counted, start -> new ConcurrentHashMap<>());
  }

  /** Counts up until it is closed; then it refuses, and the caller takes a new one. */
  private static final class Counter {
    private static final long CLOSED = Long.MIN_VALUE / 2;

    private final AtomicLong requests = new AtomicLong();
    private volatile long lastUsedMillis;

    boolean add(int more, long nowMillis) {
      // Before the count, so that whoever takes the count sees it.
      lastUsedMillis = nowMillis;
      return requests.addAndGet(more) >= 0;
    }

    long close() {
      return requests.getAndSet(CLOSED);
    }

    long lastUsedMillis() {
      return lastUsedMillis;
    }
  }
}
