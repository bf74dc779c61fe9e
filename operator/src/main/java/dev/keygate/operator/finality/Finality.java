package dev.keygate.operator.finality;

import dev.keygate.operator.storage.StoreGate;
import dev.keygate.store.connection.StoreUnavailableException;
import dev.keygate.store.feed.FeedPosition;
import dev.keygate.store.lease.Replicas;
import dev.keygate.store.lease.Replicas.Registered;
import dev.keygate.store.lease.Replicas.Replica;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Watches the gateways' acknowledgements for one term of leadership. The rows are read quickly only
 * while somebody waits, and each answer serves all who were waiting when it was asked for, so that
 * rows are always read after the commit was known (rule 8 of the lease protocol); else slowly, to
 * remove the rows of replicas that died.
 */
public final class Finality implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(Finality.class);

  /** While somebody has just begun to wait: an acknowledgement usually takes a few milliseconds. */
  private static final Duration EAGER = Duration.ofMillis(10);

  private static final Duration PATIENT = Duration.ofMillis(250);
  private static final Duration IDLE = Duration.ofSeconds(1);
  private static final long EAGER_FOR = Duration.ofSeconds(3).toNanos();

  private final Replicas replicas;
  private final Function<Replica, Mono<Boolean>> removal;
  private final StoreGate store;
  private final Duration bound;
  private final Standing standing;
  private final long rowsAreAllAt;
  private final Barrier barrier;
  private final Runnable onMoved;
  private final Clock clock;
  private final Sightings sightings;
  private final Set<Awaited> waiting = ConcurrentHashMap.newKeySet();
  private final Semaphore arrivals = new Semaphore(0);
  private final Thread poller;
  private List<Replica> lastKnown = List.of();
  private volatile boolean closed;

  /**
   * @param removal removes a row that was not renewed since, if this term still leads
   * @param onMoved called when PostgreSQL is another instance than the one that was vouched for, or
   *     the anchor is somebody else's: nothing becomes final any more, and the term has to begin
   *     anew
   */
  public Finality(
      Replicas replicas,
      Function<Replica, Mono<Boolean>> removal,
      StoreGate store,
      Duration lease,
      Standing standing,
      Barrier barrier,
      Runnable onMoved,
      Clock clock) {
    this.replicas = replicas;
    this.removal = removal;
    this.store = store;
    this.bound = FinalityRule.bound(lease);
    this.standing = standing;
    this.rowsAreAllAt = System.nanoTime() + standing.rowsIncomplete().toNanos();
    this.barrier = barrier;
    this.onMoved = onMoved;
    this.clock = clock;
    this.sightings = new Sightings(bound);
    this.poller = Thread.ofVirtual().name("finality").start(this::poll);
  }

  /**
   * Begins to watch for the acknowledgement of a change that takes something away: before it is
   * final, it is on record outside of PostgreSQL.
   *
   * @param knownAtNanos {@link System#nanoTime} when its commit became known
   */
  public Awaited watch(FeedPosition position, long knownAtNanos) {
    return watch(new Awaited(position, knownAtNanos, true));
  }

  /** As {@link #watch}, for a change that only adds something: no harm is done if it gets lost. */
  public Awaited watchAddition(FeedPosition position, long knownAtNanos) {
    return watch(new Awaited(position, knownAtNanos, false));
  }

  /** Whether what statuses call final has to be confirmed again in this term. */
  public boolean startedAnew() {
    return standing.anew();
  }

  private Awaited watch(Awaited awaited) {
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
    // Whoever is in this list knew of its commit before the rows are read (rule 8).
    List<Awaited> asking = List.copyOf(waiting);
    Registered registered = store.get(replicas.all());
    if (!registered.instance().equals(standing.instance())) {
      onMoved.run();
      return;
    }
    List<Replica> rows = registered.replicas();
    lastKnown = rows;
    long now = System.nanoTime();
    judge(asking, rows, now);
    for (Replica dead : sightings.observe(rows, now)) {
      if (store.get(removal.apply(dead))) {
        waiting.forEach(each -> each.died(dead));
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
    judge(
        waiting.stream().filter(each -> now - each.knownAtNanos() >= bound.toNanos()).toList(),
        lastKnown,
        now);
  }

  private void judge(List<Awaited> asking, List<Replica> rows, long now) {
    Map<Awaited, Acknowledgement> judged = new LinkedHashMap<>();
    for (Awaited awaited : asking) {
      judged.put(
          awaited,
          FinalityRule.judge(
              awaited.position(),
              Duration.ofNanos(now - awaited.knownAtNanos()),
              bound,
              rows,
              now - rowsAreAllAt >= 0,
              clock.instant()));
    }
    boolean recorded = record(judged);
    judged.forEach(
        (awaited, acknowledgement) -> {
          if (acknowledgement instanceof Acknowledgement.Done) {
            if (awaited.anchored() && !recorded) {
              return; // Not final before that: the next round tries again.
            }
            waiting.remove(awaited);
          }
          awaited.update(acknowledgement);
        });
  }

  /** One write for all that become final in a round. */
  private boolean record(Map<Awaited, Acknowledgement> judged) {
    Optional<FeedPosition> highest =
        judged.entrySet().stream()
            .filter(e -> e.getValue() instanceof Acknowledgement.Done && e.getKey().anchored())
            .map(e -> e.getKey().position())
            .max(Comparator.comparingLong(FeedPosition::seq));
    try {
      highest.ifPresent(barrier::raise);
      return true;
    } catch (AnchorLostException e) {
      LOGGER.atWarn().addKeyValue("error", e.getMessage()).log("the anchor was taken over");
      onMoved.run();
      return false;
    } catch (KubernetesClientException e) {
      LOGGER.atDebug().addKeyValue("error", e.getMessage()).log("anchor not written, will retry");
      return false;
    }
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
