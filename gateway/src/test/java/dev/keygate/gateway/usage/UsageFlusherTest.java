package dev.keygate.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keygate.store.lease.Replicas;
import dev.keygate.store.usage.Straggler;
import dev.keygate.store.usage.UsageBatch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

final class UsageFlusherTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final UsageRecorder recorder = new UsageRecorder(InstantSource.system());
  private final List<UsageBatch> sent = new ArrayList<>();
  private final List<Straggler> stragglers = new ArrayList<>();
  private final StragglerRecorder seen = new StragglerRecorder(InstantSource.system());
  private final Set<String> open = new HashSet<>();
  private final FlushProgress progress = new FlushProgress(() -> false);
  private boolean down;
  private boolean stragglersDown;
  private Runnable onAdd = () -> {};
  private final UsageFlusher flusher =
      new UsageFlusher(
          recorder, seen, () -> open, progress, new Sink(), new UUID(1, 1), Duration.ofMillis(10));

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

  @Test
  void flushCountsAnOpenExchangeAsUseEachTime() {
    open.add("a");

    flusher.flush().block(PATIENCE);
    flusher.flush().block(PATIENCE);
    open.clear();
    flusher.flush().block(PATIENCE);

    assertThat(sent)
        .flatExtracting(UsageBatch::counts)
        .extracting(count -> count.keyId() + " " + count.requests())
        .containsExactly("a 0", "a 0");
  }

  @Test
  void flushVouchesForNothingLaterThanWhatTheDatabaseHadSaidBeforeItBegan() {
    Instant before = Instant.parse("2026-06-01T00:00:00Z");
    progress.heard(before);
    recorder.record("a");
    onAdd = () -> progress.heard(before.plusSeconds(5));

    flusher.flush().block(PATIENCE);

    assertThat(progress.storedBefore()).isEqualTo(before);
    flusher.flush().block(PATIENCE);
    assertThat(progress.storedBefore()).isEqualTo(before.plusSeconds(5));
  }

  @Test
  void flushVouchesForNothingMoreWhenStoreIsDown() {
    progress.heard(Instant.parse("2026-06-01T00:00:00Z"));
    recorder.record("a");
    down = true;

    assertThatThrownBy(() -> flusher.flush().block(PATIENCE)).hasMessageContaining("down");

    assertThat(progress.storedBefore()).isEqualTo(Replicas.NOT_FLUSHED);
  }

  @Test
  void flushSucceedsWhenStragglersCannotBeStored() {
    seen.record("old", "::1", "curl", "r");
    stragglersDown = true;
    flusher.flush().block(PATIENCE);
    stragglersDown = false;
    seen.record("old", "::1", "curl", "r");
    seen.record("old", "::1", "curl", "r");

    flusher.flush().block(PATIENCE);

    assertThat(stragglers).extracting(Straggler::requests).containsExactly(2L);
  }

  private final class Sink implements UsageSink {
    @Override
    public Mono<Void> add(UsageBatch batch) {
      return Mono.defer(
          () -> {
            sent.add(batch);
            onAdd.run();
            return down ? Mono.error(new IllegalStateException("down")) : Mono.empty();
          });
    }

    @Override
    public Mono<Void> addStragglers(List<Straggler> found) {
      return Mono.defer(
          () -> {
            if (stragglersDown) {
              return Mono.error(new IllegalStateException("down"));
            }
            stragglers.addAll(found);
            return Mono.empty();
          });
    }
  }
}
