package dev.keygate.gateway.usage;

import dev.keygate.store.usage.Straggler;
import dev.keygate.store.usage.UsageBatch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Brings counts to the store, one batch at a time. A batch whose answer did not come is sent again
 * as it was, under the same number, so that a lost reply never counts twice; meanwhile counting
 * goes on in the recorder.
 */
public final class UsageFlusher {

  static final int BATCH_SIZE = 10_000;

  private static final Logger LOGGER = LoggerFactory.getLogger(UsageFlusher.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private final UsageRecorder recorder;
  private final StragglerRecorder stragglers;
  private final Supplier<Set<String>> open;
  private final FlushProgress progress;
  private final UsageSink store;
  private final UUID replica;
  private final Duration interval;

  // One batch is under way at most and each step follows the one before, so no lock is needed.
  private volatile @Nullable UsageBatch frozen;
  private volatile long stored;
  private volatile boolean failing;

  /**
   * @param open ids of the versions that have an exchange open now
   * @param progress told up to when everything is stored
   * @param replica one id per process start
   */
  public UsageFlusher(
      UsageRecorder recorder,
      StragglerRecorder stragglers,
      Supplier<Set<String>> open,
      FlushProgress progress,
      UsageSink store,
      UUID replica,
      Duration interval) {
    this.recorder = recorder;
    this.stragglers = stragglers;
    this.open = open;
    this.progress = progress;
    this.store = store;
    this.replica = replica;
    this.interval = interval;
  }

  /** Never completes and never fails; cancel to stop, then {@link #flush} once more. */
  public Mono<Void> keepFlushing() {
    return Mono.delay(interval)
        .then(Mono.defer(this::flush))
        .onErrorResume(failure -> Mono.fromRunnable(() -> failed(failure)))
        .repeat()
        .then();
  }

  /** Stores everything that is counted by now; fails when the store does, with nothing lost. */
  public Mono<Void> flush() {
    return Mono.defer(
        () -> {
          Instant begun = progress.begin();
          open.get().forEach(recorder::touch);
          return flushCounts()
              .then(Mono.<Void>fromRunnable(() -> progress.stored(begun)))
              .then(Mono.defer(this::flushStragglers));
        });
  }

  /** They are worth no second attempt. */
  private Mono<Void> flushStragglers() {
    List<Straggler> seen = stragglers.drain();
    return seen.isEmpty()
        ? Mono.empty()
        : store
            .addStragglers(seen)
            .timeout(TIMEOUT)
            .onErrorResume(
                failure ->
                    Mono.fromRunnable(
                        () ->
                            LOGGER
                                .atDebug()
                                .addKeyValue("error", String.valueOf(failure.getMessage()))
                                .log("users of retiring versions not stored")));
  }

  private Mono<Void> flushCounts() {
    return Mono.defer(
        () -> {
          UsageBatch retried = frozen;
          UsageBatch batch =
              retried != null
                  ? retried
                  : new UsageBatch(replica, stored + 1, recorder.drain(BATCH_SIZE));
          if (batch.counts().isEmpty()) {
            return Mono.empty();
          }
          frozen = batch;
          boolean more = retried != null || batch.counts().size() == BATCH_SIZE;
          return store
              .add(batch)
              .timeout(TIMEOUT)
              .then(Mono.fromRunnable(() -> stored(batch)))
              .then(more ? flushCounts() : Mono.empty());
        });
  }

  private void stored(UsageBatch batch) {
    frozen = null;
    stored = batch.number();
    if (failing) {
      failing = false;
      LOGGER.info("usage is stored again");
    }
  }

  private void failed(Throwable failure) {
    if (!failing) {
      failing = true;
      LOGGER
          .atWarn()
          .addKeyValue("error", String.valueOf(failure.getMessage()))
          .log("usage cannot be stored, keeping it until the store is back");
    }
  }
}
