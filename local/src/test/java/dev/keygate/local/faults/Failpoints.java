package dev.keygate.local.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * At which point the work for which key stops, until its process ends or it may go on. Safe for
 * several threads.
 */
final class Failpoints {

  /** Stands for whatever the work is about. */
  private static final String ANYTHING = "";

  private final Map<String, Point> armed = new ConcurrentHashMap<>();
  private final Set<String> reached = ConcurrentHashMap.newKeySet();

  /**
   * @param about {@code namespace/name} of the ApiKey, or the name of the Organization
   */
  void arm(String about, Point point) {
    armed.put(about, point);
  }

  /** As above, whatever it is about. */
  void arm(Point point) {
    armed.put(ANYTHING, point);
  }

  /** Whether the work that is there, about that, has to stop. */
  synchronized boolean stops(Point.Side side, String effect, String about) {
    String key = armed.containsKey(about) ? about : ANYTHING;
    Point point = armed.get(key);
    if (point == null || point.side() != side || !point.effect().equals(effect)) {
      return false;
    }
    reached.add(key);
    reached.add(about);
    return true;
  }

  /** Returns when all that was armed has been stopped. */
  void awaitAll(Duration atMost) {
    await("points reached")
        .atMost(atMost)
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(
            () ->
                assertThat(armed)
                    .as("points that are not reached")
                    .allSatisfy((about, point) -> assertThat(reached).contains(about)));
  }

  /** Nothing is stopped any more; what stands still in a process that lives on goes on. */
  synchronized void disarm() {
    armed.clear();
    reached.clear();
    notifyAll();
  }

  /** Returns once that is disarmed. */
  synchronized void hold(String about) throws InterruptedException {
    while (reached.contains(about)) {
      wait();
    }
  }
}
