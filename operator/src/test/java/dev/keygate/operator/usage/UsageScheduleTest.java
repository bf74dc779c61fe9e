package dev.keygate.operator.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UsageScheduleTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final UsageSchedule schedule =
      new UsageSchedule(new UsageProperties(20, Duration.ofMinutes(1), Duration.ofDays(30)));

  @Test
  void dueShowsAFirstChangeAtOnceAndTheNextOnlyAfterTheInterval() {
    schedule.changed("a");
    assertThat(schedule.due(START)).containsExactly("a");

    schedule.changed("a");
    assertThat(schedule.due(START.plusSeconds(59))).isEmpty();
    assertThat(schedule.due(START.plusSeconds(60))).containsExactly("a");
  }

  @Test
  void dueStaysWithinTheBudgetInTheOrderOfChangesWhenManyKeysAreBusy() {
    IntStream.range(0, 50).forEach(i -> schedule.changed("key-" + i));

    assertThat(schedule.due(START)).hasSize(20).startsWith("key-0").endsWith("key-19");
    assertThat(schedule.due(START.plusMillis(500))).hasSize(10).startsWith("key-20");
    assertThat(schedule.due(START.plusSeconds(10))).hasSize(20);
  }

  @Test
  void dueIsEmptyWhenNothingChanged() {
    assertThat(schedule.due(START)).isEmpty();
  }
}
