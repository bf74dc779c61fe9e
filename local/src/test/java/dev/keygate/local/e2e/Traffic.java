package dev.keygate.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Requests that flow through one gateway, one after the other, until it is closed. */
final class Traffic implements AutoCloseable {

  private final Map<String, AtomicLong> answers = new ConcurrentHashMap<>();
  private final Thread thread;
  private volatile boolean closed;

  private Traffic(Platform platform, String gateway, String path, Supplier<String> key) {
    thread =
        Thread.ofVirtual()
            .name("traffic")
            .start(
                () -> {
                  while (!closed) {
                    Answer answer = platform.get(gateway, path, key.get());
                    String summary = answer.status() == 0 ? "0 " + answer.body() : answer.summary();
                    answers.computeIfAbsent(summary, _ -> new AtomicLong()).incrementAndGet();
                  }
                });
  }

  static Traffic through(Platform platform, String gateway, String path, String key) {
    return through(platform, gateway, path, () -> key);
  }

  /**
   * @param key looked up for each request
   */
  static Traffic through(Platform platform, String gateway, String path, Supplier<String> key) {
    Traffic traffic = new Traffic(platform, gateway, path, key);
    traffic.awaitMore(1);
    return traffic;
  }

  /** Waits for so many more answers of 200. */
  void awaitMore(int count) {
    long begin = served();
    await().atMost(Platform.PATIENCE).until(() -> served() >= begin + count);
  }

  /** Waits until one like this comes. */
  void awaitAnswer(String summary) {
    await().atMost(Platform.PATIENCE).until(() -> answers.containsKey(summary));
  }

  /** Every answer so far was a 200. */
  void assertUnbroken() {
    assertThat(answers.keySet()).isEqualTo(Set.of("200"));
  }

  private long served() {
    AtomicLong served = answers.get("200");
    return served == null ? 0 : served.get();
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
