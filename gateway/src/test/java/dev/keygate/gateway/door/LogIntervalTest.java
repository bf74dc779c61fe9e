package dev.keygate.gateway.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LogIntervalTest {

  @Test
  void nextLetsOneThroughInAnIntervalAndSaysHowManyItWithheld() {
    AtomicLong nanos = new AtomicLong(5);
    LogInterval interval = new LogInterval(Duration.ofSeconds(1), nanos::get);

    assertThat(interval.next()).isZero();
    assertThat(interval.next()).isEqualTo(-1);
    assertThat(interval.next()).isEqualTo(-1);
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(interval.next()).isEqualTo(2);
    assertThat(interval.next()).isEqualTo(-1);
  }
}
