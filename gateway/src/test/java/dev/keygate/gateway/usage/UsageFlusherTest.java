package dev.keygate.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keygate.store.usage.UsageBatch;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

final class UsageFlusherTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final UsageRecorder recorder = new UsageRecorder(InstantSource.system());
  private final List<UsageBatch> sent = new ArrayList<>();
  private boolean down;
  private final UsageFlusher flusher =
      new UsageFlusher(recorder, this::add, new UUID(1, 1), Duration.ofMillis(10));

  @Test
  void flushSendsNothingWhenNothingWasCounted() {
    flusher.flush().block(PATIENCE);

    assertThat(sent).isEmpty();
  }

  @Test
  void flushSendsTheSameBatchAgainWhenItsAnswerWasLost() {
    recorder.record("a");
    down = true;
    assertThatThrownBy(() -> flusher.flush().block(PATIENCE)).hasMessageContaining("down");
    recorder.record("a");
    down = false;

    flusher.flush().block(PATIENCE);

    assertThat(sent).hasSize(3);
    assertThat(sent.get(1)).isEqualTo(sent.get(0));
    assertThat(sent.get(2).number()).isEqualTo(2);
    assertThat(sent.get(2).counts()).hasSize(1);
  }

  @Test
  void flushSendsSeveralBatchesWhenManyKeysWereUsed() {
    IntStream.range(0, UsageFlusher.BATCH_SIZE + 1).forEach(i -> recorder.record("k" + i));

    flusher.flush().block(PATIENCE);

    assertThat(sent).extracting(UsageBatch::number).containsExactly(1L, 2L);
    assertThat(sent).extracting(batch -> batch.counts().size()).containsExactly(10_000, 1);
  }

  private Mono<Void> add(UsageBatch batch) {
    return Mono.defer(
        () -> {
          sent.add(batch);
          return down ? Mono.error(new IllegalStateException("down")) : Mono.empty();
        });
  }
}
