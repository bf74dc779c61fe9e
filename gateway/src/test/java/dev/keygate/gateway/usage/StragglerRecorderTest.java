package dev.keygate.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.store.usage.Straggler;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

final class StragglerRecorderTest {

  private final StragglerRecorder recorder = new StragglerRecorder(InstantSource.system());

  @Test
  void drainGivesEachClientOnceWithItsRequests() {
    recorder.record("a", "::1", "curl", "r");
    recorder.record("a", "::1", "curl", "r");
    recorder.record("a", "::2", "curl", "r");

    assertThat(recorder.drain())
        .extracting(Straggler::source, Straggler::requests)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("::1", 2L),
            org.assertj.core.groups.Tuple.tuple("::2", 1L));
    assertThat(recorder.drain()).isEmpty();
  }

  @Test
  void recordHoldsNoMoreThanItsBoundAndGoesOnCountingWhomItHas() {
    for (int i = 0; i < 1_000; i++) {
      recorder.record("a", "::1", "agent " + i + "x".repeat(10_000), "r");
    }
    recorder.record("a", "::1", "agent 0" + "x".repeat(10_000), "r");

    assertThat(recorder.drain())
        .hasSize(StragglerRecorder.MOST_CLIENTS)
        .allSatisfy(s -> assertThat(s.userAgent()).hasSize(Straggler.MAX_LENGTH))
        .anySatisfy(s -> assertThat(s.requests()).isEqualTo(2));
  }
}
