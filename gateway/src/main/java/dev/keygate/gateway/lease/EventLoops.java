package dev.keygate.gateway.lease;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * Waits until every event loop has finished what it was running. A check and the write that it
 * guards run on a loop without yielding, so what began before is over after a task of ours ran
 * there: the look at the key when the answer is committed (rule 10 of docs/architecture.md) is
 * worth nothing to an acknowledgement that overtakes it. Twice, since the first task may overtake
 * one that a loop had taken up but not begun.
 */
public final class EventLoops {

  private static final int ROUNDS = 2;

  private EventLoops() {}

  /** Completes after a no-op task has run on every loop of the server and of the client, twice. */
  public static Mono<Void> passed(LoopResources loops) {
    return Mono.defer(() -> round(executors(loops))).repeat(ROUNDS - 1).then();
  }

  private static List<EventExecutor> executors(LoopResources loops) {
    List<EventExecutor> executors = new ArrayList<>();
    loops.onServer(LoopResources.DEFAULT_NATIVE).forEach(executors::add);
    loops
        .onClient(LoopResources.DEFAULT_NATIVE)
        .forEach(
            executor -> {
              if (!executors.contains(executor)) {
                executors.add(executor);
              }
            });
    return executors;
  }

  private static Mono<Void> round(List<EventExecutor> executors) {
    return Flux.fromIterable(executors).flatMap(EventLoops::passed).then();
  }

  private static Mono<Void> passed(EventExecutor executor) {
    return Mono.create(
        sink -> {
          try {
            executor.execute(sink::success);
          } catch (RejectedExecutionException stopped) {
            // A loop that has ended runs nothing any more.
            sink.success();
          }
        });
  }
}
