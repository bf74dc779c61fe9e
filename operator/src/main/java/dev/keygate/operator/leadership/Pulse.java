package dev.keygate.operator.leadership;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** When something last showed that it goes on; read and told from any thread. */
final class Pulse {

  private final AtomicLong last = new AtomicLong(System.nanoTime());

  void beat() {
    last.set(System.nanoTime());
  }

  /** For how long there has been no beat. */
  Duration silence() {
    return Duration.ofNanos(System.nanoTime() - last.get());
  }
}
