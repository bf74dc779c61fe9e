package dev.keygate.operator.finality;

import dev.keygate.operator.storage.StoreGate;
import dev.keygate.store.connection.StoreUnavailableException;
import dev.keygate.store.feed.FeedPosition;
import dev.keygate.store.lease.Replicas;
import dev.keygate.store.lease.Replicas.Replica;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the gateways' acknowledgements for one term of leadership. The rows are read quickly only
 * while somebody waits, and each answer serves all who were waiting when it was asked for; else
 * slowly, to remove the rows of replicas that died.
 */
public final class Finality implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(Finality.class);

  /** While somebody has just begun to wait: an acknowledgement usually takes a few milliseconds. */
  private static final Duration EAGER = Duration.ofMillis(10);

  private static final Duration PATIENT = Duration.ofMillis(250);
  private static final Duration IDLE = Duration.ofSeconds(1);
  private static final long EAGER_FOR = Duration.ofSeconds(3).toNanos();

  private final Replicas replicas;
  private final StoreGate store;
  private final Duration bound;
  private final Clock clock;
  private final Sightings sightings;
  private final Set<Awaited> waiting = ConcurrentHashMap.newKeySet();
  private final Semaphore arrivals = new Semaphore(0);
  private final Thread poller;
  private volatile boolean closed;

  public Finality(Replicas replicas, StoreGate store, Duration lease, Clock clock) {
    this.replicas = replicas;
    this.store = store;
    this.bound = FinalityRule.bound(lease);
    this.clock = clock;
    this.sightings = new Sightings(bound);
    this.poller = Thread.ofVirtual().name("finality").start(this::poll);
  }

  /**
   * Begins to watch for the acknowledgement of a change.
   *
   * @param knownAtNanos {@link System#nanoTime} when its commit became known
   */
  public Awaited watch(FeedPosition position, long knownAtNanos) {
    Awaited awaited = new Awaited(position, knownAtNanos);
    waiting.add(awaited);
    arrivals.release();
    return awaited;
  }

  @Override
  public void close() {
    closed = true;
    poller.interrupt();
  }

  private void poll() {
    while (!closed) {
      try {
        round();
        if (arrivals.tryAcquire(pause().toMillis(), TimeUnit.MILLISECONDS)) {
          arrivals.drainPermits();
        }
      } catch (InterruptedException e) {
        return;
      } catch (StoreUnavailableException e) {
        giveUpAfterLease();
        pauseAfterFailure();
      } catch (RuntimeException e) {
        if (!closed) {
          LOGGER.atWarn().setCause(e).log("reading acknowledgements failed, will retry");
        }
        pauseAfterFailure();
      }
    }
  }

  private void round() {
    // Rule 8: whoever is in this list knew of its commit before the rows are read.
    List<Awaited> asking = List.copyOf(waiting);
    List<Replica> rows = store.get(replicas.all());
    long now = System.nanoTime();
    for (Awaited awaited : asking) {
      judge(awaited, rows, now);
    }
    for (Replica dead : sightings.observe(rows, now)) {
      if (store.get(replicas.remove(dead.id(), dead.renewals()))) {
        LOGGER
            .atInfo()
            .addKeyValue("replica", dead.name())
            .log("removed a gateway replica that has not renewed its lease");
      }
    }
  }

  /** With the store away nothing can be acknowledged, but leases run out all the same. */
  private void giveUpAfterLease() {
    long now = System.nanoTime();
    for (Awaited awaited : waiting) {
      if (now - awaited.knownAtNanos() >= bound.toNanos()) {
        judge(awaited, List.of(), now);
      }
    }
  }

  private void judge(Awaited awaited, List<Replica> rows, long now) {
    Acknowledgement judged =
        FinalityRule.judge(
            awaited.position(),
            Duration.ofNanos(now - awaited.knownAtNanos()),
            bound,
            rows,
            clock.instant());
    if (judged instanceof Acknowledgement.Done) {
      waiting.remove(awaited);
    }
    awaited.update(judged);
  }

  private Duration pause() {
    if (waiting.isEmpty()) {
      return IDLE;
    }
    long now = System.nanoTime();
    boolean fresh = waiting.stream().anyMatch(w -> now - w.createdAtNanos() < EAGER_FOR);
    return fresh ? EAGER : PATIENT;
  }

  private static void pauseAfterFailure() {
    try {
      Thread.sleep(PATIENT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
