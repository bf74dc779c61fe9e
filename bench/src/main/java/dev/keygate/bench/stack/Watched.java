package dev.keygate.bench.stack;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.Watchable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Notes when each resource of one kind gets into a state, by a watch of its own. */
public final class Watched<R extends HasMetadata> implements Watcher<R>, AutoCloseable {

  private final Map<String, Seen<R>> latest = new HashMap<>();
  private final Map<String, List<Awaited<R>>> awaited = new HashMap<>();
  private @Nullable Watch watch;

  private record Awaited<R>(Predicate<Optional<R>> state, CompletableFuture<Seen<R>> seen) {}

  /**
   * A resource in the awaited state.
   *
   * @param resource empty: there is none
   * @param at when the watch told of it
   */
  public record Seen<R>(Optional<R> resource, Instant at) {}

  Watched() {}

  public static <R extends HasMetadata> Watched<R> of(Watchable<R> resources) {
    Watched<R> watched = new Watched<>();
    watched.watch = resources.watch(watched);
    return watched;
  }

  /**
   * Completes when the resource gets into the state; at once when the last change brought it there.
   */
  public synchronized CompletableFuture<Seen<R>> when(String name, Predicate<Optional<R>> state) {
    Seen<R> now = latest.getOrDefault(name, new Seen<>(Optional.empty(), Instant.now()));
    if (state.test(now.resource())) {
      return CompletableFuture.completedFuture(now);
    }
    Awaited<R> added = new Awaited<>(state, new CompletableFuture<>());
    awaited.computeIfAbsent(name, _ -> new ArrayList<>()).add(added);
    return added.seen();
  }

  @Override
  public synchronized void eventReceived(Action action, R resource) {
    String name = resource.getMetadata().getName();
    Optional<R> found = action == Action.DELETED ? Optional.empty() : Optional.of(resource);
    Seen<R> now = new Seen<>(found, Instant.now());
    latest.put(name, now);
    awaited
        .getOrDefault(name, new ArrayList<>())
        .removeIf(each -> each.state().test(found) && each.seen().complete(now));
  }

  @Override
  public synchronized void onClose(WatcherException cause) {
    awaited.values().forEach(all -> all.forEach(each -> each.seen().completeExceptionally(cause)));
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.close();
    }
  }
}
