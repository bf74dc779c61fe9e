package dev.keygate.gateway.lease;

import dev.keygate.store.feed.FeedPosition;
import dev.keygate.store.lease.Replicas.Renewed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Registers this replica once it has a view, then renews: every twelfth of the lease and at least
 * every ten seconds, each second while a rotation waits for this replica's counts, and at once
 * after a swap. A renewal is also the acknowledgement of the position it carries, so it is sent
 * only when no event loop can still be between a check on an older snapshot and the write that it
 * guards, and everything open has been looked at again.
 *
 * <p>Keeps these rules of docs/architecture.md, "Lease and acknowledgement": 1 (registers in a
 * commit of its own, and renews only after its answer), 2 (a renewal that finds no row ends the
 * lease at once) and 4 (the lease counts from before the renewal was sent, and from when the view
 * has reached the head that this renewal read).
 *
 * <p>Everything here runs on one single-threaded scheduler, so its state needs no lock; {@link
 * #swapped} may be called from any thread.
 */
public final class LeaseKeeper {

  private static final Logger LOGGER = LoggerFactory.getLogger(LeaseKeeper.class);

  private static final Duration RETRY = Duration.ofSeconds(1);

  /** Not shorter than the registry's own, which ends the connection that does not answer. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static final int RENEWALS_PER_LEASE = 12;

  /** Several within the time after which a replica counts as degraded, however long the lease. */
  private static final Duration LONGEST_PERIOD = Duration.ofSeconds(10);

  private final LeaseRegistry registry;
  private final Supplier<Optional<FeedPosition>> applied;
  private final Mono<Void> loopsPassed;
  private final Lease lease;
  private final UsageProof usage;
  private final Scheduler scheduler;

  private final List<Waiting> waiting = new ArrayList<>();
  private volatile Sinks.Empty<Void> swap = Sinks.empty();
  private volatile long head;
  private @Nullable FeedPosition acknowledged;
  private Duration period = RETRY;
  private boolean registered;
  private boolean everRegistering;
  private boolean failing;
  private boolean degraded;
  private boolean servingStale;

  /**
   * @param applied where the snapshot in force stands; empty before the first
   * @param loopsPassed completes when every event loop has run what it was running
   * @param usage carried by each renewal
   * @param scheduler single-threaded
   */
  public LeaseKeeper(
      LeaseRegistry registry,
      Supplier<Optional<FeedPosition>> applied,
      Mono<Void> loopsPassed,
      Lease lease,
      UsageProof usage,
      Scheduler scheduler) {
    this.registry = registry;
    this.applied = applied;
    this.loopsPassed = loopsPassed;
    this.lease = lease;
    this.usage = usage;
    this.scheduler = scheduler;
  }

  /** A new snapshot is in force. */
  public void swapped() {
    swap.tryEmitEmpty();
  }

  /** Changes that the feed had at the last renewal and the view has not. From any thread. */
  public long lag() {
    return Math.max(0, head - applied.get().map(FeedPosition::seq).orElse(0L));
  }

  /** Never completes and never fails; cancel to stop. */
  public Mono<Void> keep() {
    return Mono.defer(this::round).subscribeOn(scheduler).repeat().then();
  }

  /** After the last answer, when {@link #keep} was cancelled. */
  public Mono<Void> leave() {
    return Mono.defer(
            () -> {
              lease.end();
              // Also when the answer to a registration never came: the row may be there.
              return everRegistering ? registry.deregister().timeout(TIMEOUT) : Mono.empty();
            })
        .subscribeOn(scheduler);
  }

  private Mono<Void> round() {
    // In this order: a swap after the first line wakes us, one before it shows in the others.
    Sinks.Empty<Void> next = Sinks.empty();
    swap = next;
    settle();
    Mono<Void> due =
        applied.get().equals(Optional.ofNullable(acknowledged))
            ? Mono.firstWithSignal(next.asMono(), Mono.delay(period(), scheduler).then())
            : Mono.empty();
    return due.publishOn(scheduler)
        .then(Mono.defer(this::step))
        .onErrorResume(
            failure ->
                Mono.<Void>fromRunnable(() -> failed(failure))
                    .then(Mono.delay(RETRY, scheduler).then()));
  }

  private Duration period() {
    return usage.wanted() && period.compareTo(UsageProof.WANTED_PERIOD) > 0
        ? UsageProof.WANTED_PERIOD
        : period;
  }

  private Mono<Void> step() {
    settle();
    Optional<FeedPosition> position = applied.get();
    if (position.isEmpty()) {
      return Mono.empty();
    }
    // Registering is a commit of its own; only a statement begun after it grants a lease (rule 1).
    Mono<Void> first = registered ? Mono.empty() : register();
    return first.then(loopsPassed).then(Mono.defer(() -> renew(position.get())));
  }

  private Mono<Void> register() {
    everRegistering = true;
    return registry
        .register()
        .timeout(TIMEOUT)
        .publishOn(scheduler)
        .then(Mono.fromRunnable(() -> registered = true));
  }

  private Mono<Void> renew(FeedPosition position) {
    long sent = lease.now();
    return registry
        .renew(position, usage.storedBefore())
        .timeout(TIMEOUT)
        .map(Optional::of)
        .defaultIfEmpty(Optional.empty())
        .publishOn(scheduler)
        .flatMap(
            renewed ->
                renewed
                    .map(granted -> Mono.<Void>fromRunnable(() -> granted(granted, sent, position)))
                    .orElseGet(this::gone));
  }

  /** Counted from before the renewal was sent (rule 4). */
  private void granted(Renewed renewed, long sent, FeedPosition position) {
    acknowledged = position;
    head = renewed.head().seq();
    usage.heard(renewed.now());
    period = period(renewed);
    waiting.add(new Waiting(renewed.head(), sent, renewed.lease(), renewed.stale()));
    settle();
    report();
    if (failing) {
      failing = false;
      LOGGER.info("lease is renewed again");
    }
  }

  private static Duration period(Renewed renewed) {
    Duration share = renewed.lease().minus(renewed.stale()).dividedBy(RENEWALS_PER_LEASE);
    return share.compareTo(LONGEST_PERIOD) < 0 ? share : LONGEST_PERIOD;
  }

  /**
   * Zero rows: the operator may have made something final without this replica (rule 2). The first
   * time a new row helps at once; when it does not (the view is not of this feed), something has to
   * change first.
   */
  private Mono<Void> gone() {
    lease.end();
    waiting.clear();
    acknowledged = null;
    registered = false;
    if (failing) {
      Sinks.Empty<Void> next = Sinks.empty();
      swap = next;
      return Mono.firstWithSignal(next.asMono(), Mono.delay(RETRY, scheduler).then());
    }
    failing = true;
    LOGGER.warn("replica is not registered any more, registering again");
    return Mono.empty();
  }

  /** Puts in force what was waiting for the view to reach the head that its renewal read. */
  private void settle() {
    Optional<FeedPosition> position = applied.get();
    long now = lease.now();
    waiting.removeIf(
        each -> {
          boolean reached = position.isPresent() && reached(position.get(), each.head());
          if (reached) {
            lease.extend(each.sent(), each.lease(), each.stale());
          }
          return reached || each.until() - now <= 0;
        });
  }

  private static boolean reached(FeedPosition position, FeedPosition head) {
    return position.epoch().equals(head.epoch())
        && (position.seq() > head.seq() || position.equals(head));
  }

  private void failed(Throwable failure) {
    if (!failing) {
      failing = true;
      LOGGER
          .atWarn()
          .addKeyValue("error", String.valueOf(failure.getMessage()))
          .addKeyValue("freshFor", lease.remaining())
          .log("lease cannot be renewed, trying again");
    }
    report();
  }

  /** One line when it begins, one when it is over, for each of the two. */
  private void report() {
    boolean late = lease.degraded();
    boolean unready = lease.fresh() && !lease.ready();
    if (late && !degraded) {
      LOGGER
          .atWarn()
          .addKeyValue("freshFor", lease.remaining())
          .log("replica is degraded: no renewal has counted for too long");
    } else if (degraded && !late) {
      LOGGER.info("replica is not degraded any more");
    }
    if (unready && !servingStale) {
      LOGGER
          .atWarn()
          .addKeyValue("freshFor", lease.remaining())
          .log("replica answers from a stale view and is not ready");
    }
    degraded = late;
    servingStale = unready;
  }

  /**
   * A lease that begins to count when the view has reached the head.
   *
   * @param sent before the renewal was sent
   */
  private record Waiting(FeedPosition head, long sent, Duration lease, Duration stale) {
    long until() {
      return sent + lease.toNanos();
    }
  }
}
