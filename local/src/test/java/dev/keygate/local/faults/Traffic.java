package dev.keygate.local.faults;

import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** One key sent to one gateway, again and again, until closed; and what was answered. */
final class Traffic implements AutoCloseable {

  private static final long PAUSE_MILLIS = 20;

  private final Map<Integer, Integer> answers = new TreeMap<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Thread thread;

  private Traffic(Tenants tenants, String gateway, String key) {
    thread =
        Thread.ofVirtual()
            .name("traffic")
            .start(
                () -> {
                  while (!closed.get()) {
                    int status = tenants.status(gateway, key);
                    synchronized (answers) {
                      answers.merge(status, 1, Integer::sum);
                    }
                    pause();
                  }
                });
  }

  /** Returns once the key was served. */
  static Traffic through(Tenants tenants, String gateway, String key) {
    Traffic traffic = new Traffic(tenants, gateway, key);
    traffic.awaitMore(200);
    return traffic;
  }

  /** Waits for one more answer of this status. */
  void awaitMore(int status) {
    int before = count(status);
    await("one more " + status).atMost(FaultStack.PATIENCE).until(() -> count(status) > before);
  }

  /** What was answered so far. */
  List<Integer> statuses() {
    synchronized (answers) {
      return List.copyOf(answers.keySet());
    }
  }

  private int count(int status) {
    synchronized (answers) {
      return answers.getOrDefault(status, 0);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.set(true);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
