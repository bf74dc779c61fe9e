package dev.keygate.operator.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.store.usage.UsageStore.Completeness;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoverageTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration LEASE = Duration.ofMinutes(2);
  private static final Duration MONTH = Duration.ofDays(30);

  @ParameterizedTest(name = "counts stored up to {0} ago: complete {1}")
  @CsvSource({"PT0S, true", "PT60S, true", "PT60.001S, false", "PT1H, false"})
  void ofIsCompleteWhileTheSlowestGatewayIsNotLate(Duration lag, boolean complete) {
    assertThat(Coverage.of(new Completeness(2, NOW.minus(lag), NOW), LEASE, MONTH))
        .isEqualTo(new Coverage(complete, MONTH));
  }

  @Test
  void ofIsCompleteWhenThereIsNoGatewayThatCouldHoldCountsBack() {
    assertThat(Coverage.of(new Completeness(0, null, NOW), LEASE, MONTH).complete()).isTrue();
  }
}
