package dev.keygate.operator.leadership;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the process with code 1 and one sentence; whoever supervises it starts it again. */
public final class ProcessExit {

  private static final Logger LOGGER = LoggerFactory.getLogger(ProcessExit.class);

  /** An orderly stop may hang on the very thing that went wrong. */
  private static final Duration AT_MOST = Duration.ofSeconds(8);

  private final AtomicBoolean ending = new AtomicBoolean();

  public void because(String sentence) {
    if (!ending.compareAndSet(false, true)) {
      return;
    }
    LOGGER.atError().log(sentence);
    Thread.ofPlatform().daemon().name("exit").start(() -> System.exit(1));
    Thread.ofPlatform()
        .daemon()
        .name("halt")
        .start(
            () -> {
              try {
                Thread.sleep(AT_MOST);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              Runtime.getRuntime().halt(1);
            });
  }
}
