package dev.keygate.local.stack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Steps of a start that run side by side, each as soon as those before it are done. The first
 * failure ends all others. One thread adds steps and waits for them.
 */
final class Steps implements AutoCloseable {

  private final Timeline timeline;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Step<?>> all = new ArrayList<>();
  private final CompletableFuture<Object> failure = new CompletableFuture<>();

  Steps(Timeline timeline) {
    this.timeline = timeline;
  }

  /** A step whose result others may wait for. */
  static final class Step<T> {
    private final CompletableFuture<T> result = new CompletableFuture<>();

    /** The result of a step that is done, or will be. */
    T get() throws InterruptedException {
      try {
        return result.get();
      } catch (ExecutionException e) {
        throw unchecked(e.getCause());
      }
    }
  }

  /** Runs {@code work} once all steps of {@code after} are done. */
  <T> Step<T> go(String name, List<Step<?>> after, Callable<T> work) {
    Step<T> step = new Step<>();
    all.add(step);
    threads.execute(
        () -> {
          try {
            for (Step<?> earlier : after) {
              earlier.get();
            }
            Duration begin = timeline.elapsed();
            T result = work.call();
            timeline.add(name, begin);
            step.result.complete(result);
          } catch (Throwable e) {
            failure.completeExceptionally(e);
            step.result.completeExceptionally(e);
          }
        });
    return step;
  }

  /** Returns when all steps are done; throws the first failure as soon as there is one. */
  void await() throws InterruptedException {
    CompletableFuture<?> done =
        CompletableFuture.allOf(
            all.stream().map(step -> step.result).toArray(CompletableFuture[]::new));
    try {
      CompletableFuture.anyOf(failure, done).get();
    } catch (ExecutionException e) {
      // Of two that failed, the first is the cause.
      @Nullable Throwable first =
          failure.isCompletedExceptionally() ? failure.exceptionNow() : e.getCause();
      throw unchecked(first);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }

  private static RuntimeException unchecked(@Nullable Throwable failure)
      throws InterruptedException {
    return switch (failure) {
      case InterruptedException e -> throw e;
      case RuntimeException e -> e;
      case Error e -> throw e;
      case null -> new IllegalStateException("a step failed without a cause");
      default -> new IllegalStateException(failure.getMessage(), failure);
    };
  }
}
