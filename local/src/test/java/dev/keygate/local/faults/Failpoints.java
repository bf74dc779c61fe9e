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

  private final Map<String, Point> armed = new ConcurrentHashMap<>();
  private final Set<String> reached = ConcurrentHashMap.newKeySet();

  /**
   * @param about {@code namespace/name} of the ApiKey
   */
  void arm(String about, Point point) {
    armed.put(about, point);
  }

  /** Whether the work that is there, about that, has to stop. */
  synchronized boolean stops(Point.Side side, String effect, String about) {
    Point point = armed.get(about);
    if (point == null || point.side() != side || !point.effect().equals(effect)) {
      return false;
    }
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
