package dev.keygate.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.store.usage.UsageBatch.Count;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class UsageRecorderTest {

  private static final Instant START = Instant.parse("2026-06-01T10:59:59Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final UsageRecorder recorder = new UsageRecorder((InstantSource) now::get);

  @Test
  void drainGivesCountsByKeyAndHourOnce() {
    recorder.record("a");
    recorder.record("a");
    recorder.record("b");
    now.set(START.plusSeconds(2));
    recorder.record("a");

    assertThat(recorder.drain(10))
        .containsExactlyInAnyOrder(
            new Count("a", Instant.parse("2026-06-01T10:00:00Z"), 2, START),
            new Count("b", Instant.parse("2026-06-01T10:00:00Z"), 1, START),
            new Count("a", Instant.parse("2026-06-01T11:00:00Z"), 1, START.plusSeconds(2)));
    assertThat(recorder.drain(10)).isEmpty();
  }

  @Test
  void touchMovesTheLastUseWithoutARequest() {
    recorder.touch("a");
    recorder.record("b");
    recorder.touch("b");

    assertThat(recorder.drain(10))
        .containsExactlyInAnyOrder(
            new Count("a", Instant.parse("2026-06-01T10:00:00Z"), 0, START),
            new Count("b", Instant.parse("2026-06-01T10:00:00Z"), 1, START));
  }

  @Test
  void drainLeavesTheRestWhenLimitIsReached() {
    IntStream.range(0, 25).forEach(i -> recorder.record("k" + i));

    assertThat(recorder.drain(10)).hasSize(10);
    assertThat(recorder.drain(10)).hasSize(10);
    assertThat(recorder.drain(10)).hasSize(5);
  }

  @Test
  void recordCountsForTheLastHourWhenStoreIsAwayForLonger() {
    for (int hour = 0; hour < 100; hour++) {
      now.set(START.plus(Duration.ofHours(hour)));
      recorder.record("a");
    }

    List<Count> counts = recorder.drain(1000);

    assertThat(counts).hasSize(UsageRecorder.MOST_HOURS);
    assertThat(counts.stream().mapToLong(Count::requests).sum()).isEqualTo(100);
  }

  @Test
  void drainLosesAndDoublesNothingWhenThreadsCountMeanwhile() {
    int threads = 4;
    int each = 100_000;
    List<CompletableFuture<Void>> counting =
        IntStream.range(0, threads)
            .mapToObj(
                t ->
                    CompletableFuture.runAsync(
                        () -> {
                          for (int i = 0; i < each; i++) {
                            recorder.record("k" + i % 3);
                          }
                        }))
            .toList();
    CompletableFuture<Void> all =
        CompletableFuture.allOf(counting.toArray(CompletableFuture[]::new));

    List<Count> drained = new ArrayList<>();
    while (!all.isDone()) {
      drained.addAll(recorder.drain(2));
    }
    all.join();
    drained.addAll(recorder.drain(10));

    assertThat(drained.stream().mapToLong(Count::requests).sum()).isEqualTo((long) threads * each);
  }
}
