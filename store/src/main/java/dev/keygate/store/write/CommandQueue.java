package dev.keygate.store.write;

import dev.keygate.store.connection.StoreUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Group commit: commands that arrive while a batch is under way form the next one. Safe from any
 * thread; batches never overlap.
 */
final class CommandQueue {

  private final Function<List<Command<?>>, Mono<FeedTransaction.Outcome>> committer;
  private final int maxBatch;
  private final Queue<Pending> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile @Nullable RuntimeException ended;
  private volatile @Nullable Disposable underWay;

  /**
   * @param committer fails with DeposedException or StoreUnavailableException for the whole batch;
   *     with CommandRejectedException when one of its commands is broken and nothing was written
   */
  CommandQueue(Function<List<Command<?>>, Mono<FeedTransaction.Outcome>> committer, int maxBatch) {
    this.committer = committer;
    this.maxBatch = maxBatch;
  }

  Mono<Committed<Object>> submit(Command<?> command) {
    return Mono.create(
        sink -> {
          waiting.add(new Pending(command, sink));
          runNext();
        });
  }

  /** What waits and what comes fails with this; a batch under way is given up, its end unknown. */
  void end(RuntimeException reason) {
    ended = reason;
    Disposable batch = underWay;
    if (batch != null) {
      batch.dispose();
    }
    runNext();
  }

  private void runNext() {
    while (!waiting.isEmpty() && busy.compareAndSet(false, true)) {
      List<Pending> batch = take();
      RuntimeException reason = ended;
      if (reason != null) {
        batch.forEach(pending -> pending.sink().error(reason));
        busy.set(false);
      } else if (batch.isEmpty()) {
        busy.set(false);
      } else {
        run(batch);
        return;
      }
    }
  }

  private void run(List<Pending> batch) {
    Disposable running =
        commit(batch)
            .doOnCancel(() -> fail(batch, abandoned()))
            .doFinally(
                signal -> {
                  underWay = null;
                  busy.set(false);
                  runNext();
                })
            .subscribe();
    if (!running.isDisposed()) {
      underWay = running;
      if (ended != null) {
        running.dispose();
      }
    }
  }

  private RuntimeException abandoned() {
    RuntimeException reason = ended;
    return reason != null
        ? reason
        : new StoreUnavailableException("the batch was given up", new IllegalStateException());
  }

  private List<Pending> take() {
    List<Pending> batch = new ArrayList<>();
    while (batch.size() < maxBatch) {
      Pending next = waiting.poll();
      if (next == null) {
        break;
      }
      batch.add(next);
    }
    return batch;
  }

  /** Never fails: each command's sink gets its answer. */
  private Mono<Void> commit(List<Pending> batch) {
    return Mono.defer(
            () ->
                committer.apply(
                    batch.stream().map(Pending::command).<Command<?>>map(c -> c).toList()))
        .doOnNext(outcome -> answer(batch, outcome))
        .then()
        .onErrorResume(
            CommandRejectedException.class,
            rejected -> {
              if (batch.size() == 1) {
                fail(batch, rejected);
                return Mono.empty();
              }
              return Flux.fromIterable(batch).concatMap(pending -> commit(List.of(pending))).then();
            })
        .onErrorResume(
            error -> {
              if (error instanceof DeposedException deposed) {
                ended = deposed;
              }
              fail(batch, error);
              return Mono.empty();
            });
  }

  private static void answer(List<Pending> batch, FeedTransaction.Outcome outcome) {
    for (int i = 0; i < batch.size(); i++) {
      batch
          .get(i)
          .sink()
          .success(
              new Committed<>(
                  outcome.results().get(i), outcome.position(), outcome.knownAtNanos()));
    }
  }

  /** Those that were answered already stay answered. */
  private static void fail(List<Pending> batch, Throwable error) {
    batch.forEach(pending -> pending.sink().error(error));
  }

  private record Pending(Command<?> command, MonoSink<Committed<Object>> sink) {}
}
