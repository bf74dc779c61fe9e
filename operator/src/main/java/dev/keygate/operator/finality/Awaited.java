package dev.keygate.operator.finality;

import dev.keygate.store.feed.FeedPosition;
import dev.keygate.store.lease.Replicas.Replica;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A change whose acknowledgement somebody waits for. Safe from any thread. */
public final class Awaited {

  private final FeedPosition position;
  private final long knownAtNanos;
  private final long createdAtNanos = System.nanoTime();
  private final boolean anchored;
  private final CompletableFuture<Acknowledgement> reached = new CompletableFuture<>();
  private final CompletableFuture<Acknowledgement> done = new CompletableFuture<>();
  private final Set<UUID> dead = ConcurrentHashMap.newKeySet();
  private volatile Acknowledgement latest = new Acknowledgement.Unknown();

  Awaited(FeedPosition position, long knownAtNanos, boolean anchored) {
    this.position = position;
    this.knownAtNanos = knownAtNanos;
    this.anchored = anchored;
  }

  /** What is known now, without waiting. */
  public Acknowledgement latest() {
    return latest;
  }

  /**
   * Waits until it is final or every known replica has acknowledged, or as long as told and no
   * longer.
   */
  public Acknowledgement await(Duration atMost) throws InterruptedException {
    try {
      return reached.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return latest;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs the action once it is final, at once when it is already. The action must not block. */
  public void onFinal(Runnable action) {
    var _ = done.thenRun(action);
  }

  FeedPosition position() {
    return position;
  }

  long knownAtNanos() {
    return knownAtNanos;
  }

  /** Whether it must be found again after PostgreSQL went back in time. */
  boolean anchored() {
    return anchored;
  }

  long createdAtNanos() {
    return createdAtNanos;
  }

  /** A replica is gone whose lease has run out: it still counts, though its row does not. */
  void died(Replica replica) {
    if (!FinalityRule.acknowledged(replica, position)) {
      dead.add(replica.id());
    }
  }

  void update(Acknowledgement ofRows) {
    Acknowledgement judged = ofRows.withDead(dead.size());
    latest = judged;
    if (judged instanceof Acknowledgement.Done
        || (judged instanceof Acknowledgement.Waiting waiting && waiting.reachedAllKnown())) {
      reached.complete(judged);
    }
    if (judged instanceof Acknowledgement.Done) {
      done.complete(judged);
    }
  }
}
