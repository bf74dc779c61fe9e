package dev.keygate.store.feed;

import dev.keygate.store.connection.Session;
import dev.keygate.store.connection.StoreUnavailableException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/**
 * Short work that has to be done on the connection which follows the feed, between two of its
 * reads. It waits while there is no such connection; one that is lost during the work takes the
 * work with it.
 */
final class Errands {

  /** How long one may take on the server; a connection that is slower is given up. */
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final Queue<Errand<?>> waiting = new ConcurrentLinkedQueue<>();
  private final Sinks.Many<Object> wake = Sinks.many().multicast().directBestEffort();

  /** Cancelling takes it back unless it has begun. */
  <T> Mono<T> ask(Function<Session, Mono<T>> work) {
    return Mono.create(
        sink -> {
          Errand<T> errand = new Errand<>(work, sink);
          waiting.add(errand);
          sink.onDispose(() -> waiting.remove(errand));
          // Not delivered when another one is just being so: then the next poll finds this one.
          wake.tryEmitNext(errand);
        });
  }

  /** Emits when something waits. */
  Flux<Object> wakes() {
    return wake.asFlux();
  }

  /** Does what waits, one after the other; fails when one of them does. */
  Mono<Void> run(Session session) {
    return Mono.defer(
        () -> {
          Errand<?> next = waiting.poll();
          return next == null ? Mono.empty() : next.run(session).then(run(session));
        });
  }

  private static final class Errand<T> {
    private final Function<Session, Mono<T>> work;
    private final MonoSink<T> sink;

    Errand(Function<Session, Mono<T>> work, MonoSink<T> sink) {
      this.work = work;
      this.sink = sink;
    }

    Mono<Void> run(Session session) {
      return work.apply(session)
          .timeout(TIMEOUT)
          .doOnSuccess(sink::success)
          .doOnError(sink::error)
          .doOnCancel(() -> sink.error(lost()))
          .then();
    }

    private static StoreUnavailableException lost() {
      return new StoreUnavailableException(
          "the connection that follows the feed was lost",
          new IllegalStateException("cancelled together with its session"));
    }
  }
}
