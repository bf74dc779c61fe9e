package dev.keygate.gateway.lease;

import static dev.keygate.gateway.view.ViewFixture.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keygate.store.feed.FeedPosition;
import dev.keygate.store.lease.Replicas.Renewed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

final class LeaseKeeperTest {

  private static final Duration LEASE = Duration.ofSeconds(60);

  private final AtomicLong nanos = new AtomicLong(1);
  private final AtomicReference<Optional<FeedPosition>> applied =
      new AtomicReference<>(Optional.empty());
  private final FakeRegistry registry = new FakeRegistry();
  private final Sinks.Empty<Void> loops = Sinks.empty();
  private final Scheduler scheduler = Schedulers.newSingle("test");
  private final Lease lease = new Lease(nanos::get);
  private final FakeUsage usage = new FakeUsage();
  private final LeaseKeeper keeper =
      new LeaseKeeper(registry, applied::get, loops.asMono(), lease, usage, scheduler);
  private final Disposable keeping = keeper.keep().subscribe();

  @AfterEach
  void stop() {
    keeping.dispose();
    scheduler.dispose();
  }

  @Test
  void registersBeforeItRenewsAndOnlyWithAView() {
    await().during(Duration.ofMillis(200)).until(registry.calls::isEmpty);

    loops.tryEmitEmpty();
    swap(7);

    await().untilAsserted(() -> assertThat(registry.calls).contains("renew 7"));
    assertThat(registry.calls.getFirst()).isEqualTo("register");
    await().untilAsserted(() -> assertThat(lease.fresh()).isTrue());
  }

  @Test
  void acknowledgesOnlyWhenEveryEventLoopHasPassed() {
    swap(7);
    await().untilAsserted(() -> assertThat(registry.calls).containsExactly("register"));
    await().during(Duration.ofMillis(200)).until(() -> registry.calls.size() == 1);

    loops.tryEmitEmpty();

    await().untilAsserted(() -> assertThat(registry.calls).contains("renew 7"));
  }

  @Test
  void renewsAtOnceWhenViewSwaps() {
    loops.tryEmitEmpty();
    swap(7);
    await().untilAsserted(() -> assertThat(registry.calls).contains("renew 7"));

    registry.head = at(8);
    swap(8);

    await().untilAsserted(() -> assertThat(registry.calls).contains("renew 8"));
  }

  @Test
  void renewsOftenEnoughNotToBeDegradedWhateverTheLease() {
    VirtualTimeScheduler time = VirtualTimeScheduler.create();
    registry.granted = Duration.ofHours(24);
    applied.set(Optional.of(at(7)));
    Disposable quiet =
        new LeaseKeeper(registry, applied::get, Mono.empty(), lease, usage, time)
            .keep()
            .subscribe();
    time.advanceTimeBy(Duration.ofSeconds(1));
    registry.calls.clear();

    time.advanceTimeBy(Duration.ofMinutes(1));

    quiet.dispose();
    assertThat(registry.calls).hasSizeBetween(5, 7).containsOnly("renew 7");
  }

  @Test
  void isFreshOnlyOnceViewReachesTheHeadThatTheRenewalRead() {
    loops.tryEmitEmpty();
    registry.head = at(9);
    swap(7);
    await().untilAsserted(() -> assertThat(registry.calls).contains("renew 7"));
    await().during(Duration.ofMillis(100)).until(() -> !lease.fresh());
    assertThat(keeper.lag()).isEqualTo(2);

    registry.never = true;
    swap(9);

    await().untilAsserted(() -> assertThat(lease.fresh()).isTrue());
  }

  @Test
  void countsFromBeforeTheRenewalWasSent() {
    registry.onRenew = () -> nanos.addAndGet(Duration.ofSeconds(50).toNanos());
    loops.tryEmitEmpty();
    swap(7);

    await().untilAsserted(() -> assertThat(lease.remaining()).isEqualTo(Duration.ofSeconds(10)));
    nanos.addAndGet(Duration.ofSeconds(10).toNanos());
    assertThat(lease.fresh()).isFalse();
  }

  @Test
  void endsAtOnceAndRegistersAgainWhenRowIsGone() {
    loops.tryEmitEmpty();
    swap(7);
    await().untilAsserted(() -> assertThat(lease.fresh()).isTrue());

    registry.gone = true;
    registry.head = at(8);
    swap(8);

    await().untilAsserted(() -> assertThat(lease.fresh()).isFalse());
    // Without a pause there would be thousands.
    await()
        .during(Duration.ofMillis(500))
        .until(() -> registry.calls.stream().filter("register"::equals).count() < 6);
    registry.gone = false;
    await().untilAsserted(() -> assertThat(lease.fresh()).isTrue());
    assertThat(registry.calls).filteredOn("register"::equals).hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void staysFreshUntilLeaseEndsWhenStoreIsDown() {
    loops.tryEmitEmpty();
    swap(7);
    await().untilAsserted(() -> assertThat(lease.fresh()).isTrue());

    registry.down = true;
    swap(8);
    await()
        .untilAsserted(() -> assertThat(registry.calls).filteredOn("renew 8"::equals).isNotEmpty());
    assertThat(lease.fresh()).isTrue();

    nanos.addAndGet(LEASE.toNanos());
    assertThat(lease.fresh()).isFalse();
  }

  @Test
  void answersWithoutBeingReadyInTheLastPartOfALeaseThatServesStale() {
    Duration stale = Duration.ofSeconds(40);
    registry.stale = stale;
    loops.tryEmitEmpty();
    swap(7);
    await().untilAsserted(() -> assertThat(lease.fresh()).isTrue());
    assertThat(lease.ready()).isTrue();

    registry.down = true;
    nanos.addAndGet(LEASE.minus(stale).dividedBy(4).toNanos());
    assertThat(lease.degraded()).isTrue();
    assertThat(lease.ready()).isTrue();

    nanos.addAndGet(LEASE.minus(stale).multipliedBy(3).dividedBy(4).toNanos());
    assertThat(lease.ready()).isFalse();
    assertThat(lease.fresh()).isTrue();

    nanos.addAndGet(stale.toNanos());
    assertThat(lease.fresh()).isFalse();
  }

  @Test
  void leaveDeregistersWhenAnswerToRegistrationNeverCame() {
    registry.neverRegistered = true;
    loops.tryEmitEmpty();
    swap(7);
    await().untilAsserted(() -> assertThat(registry.calls).contains("register"));

    keeping.dispose();
    keeper.leave().block(Duration.ofSeconds(10));

    assertThat(registry.calls.getLast()).isEqualTo("deregister");
  }

  @Test
  void leaveEndsTheLeaseAndDeregisters() {
    loops.tryEmitEmpty();
    swap(7);
    await().untilAsserted(() -> assertThat(lease.fresh()).isTrue());

    keeping.dispose();
    keeper.leave().block(Duration.ofSeconds(10));

    assertThat(lease.fresh()).isFalse();
    assertThat(registry.calls.getLast()).isEqualTo("deregister");
  }

  @Test
  void renewsEachSecondAndTellsUpToWhenCountsAreStoredWhileARotationWaits() {
    usage.wanted = true;
    usage.stored = Instant.parse("2026-06-01T00:00:00Z");
    loops.tryEmitEmpty();
    swap(7);

    await()
        .untilAsserted(
            () -> assertThat(registry.calls).filteredOn("renew 7"::equals).hasSizeGreaterThan(2));
    assertThat(registry.flushed).containsOnly(usage.stored);
    assertThat(usage.heard).isAfter(Instant.EPOCH);
  }

  private void swap(long seq) {
    applied.set(Optional.of(at(seq)));
    keeper.swapped();
  }

  private static final class FakeUsage implements UsageProof {
    private volatile Instant stored = Instant.EPOCH;
    private volatile Instant heard = Instant.EPOCH;
    private volatile boolean wanted;

    @Override
    public Instant storedBefore() {
      return stored;
    }

    @Override
    public void heard(Instant databaseTime) {
      heard = databaseTime;
    }

    @Override
    public boolean wanted() {
      return wanted;
    }
  }

  private static final class FakeRegistry implements LeaseRegistry {
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<Instant> flushed = new CopyOnWriteArrayList<>();
    private volatile FeedPosition head = at(7);
    private volatile Runnable onRenew = () -> {};
    private volatile Duration granted = LEASE;
    private volatile Duration stale = Duration.ZERO;
    private volatile boolean down;
    private volatile boolean gone;
    private volatile boolean never;
    private volatile boolean neverRegistered;

    @Override
    public Mono<Void> register() {
      return Mono.defer(
          () -> {
            calls.add("register");
            return neverRegistered ? Mono.never() : Mono.empty();
          });
    }

    @Override
    public Mono<Renewed> renew(FeedPosition position, Instant flushedAt) {
      return Mono.defer(
          () -> {
            calls.add("renew " + position.seq());
            flushed.add(flushedAt);
            onRenew.run();
            if (never) {
              return Mono.never();
            }
            if (down) {
              return Mono.error(new IllegalStateException("down"));
            }
            return gone
                ? Mono.empty()
                : Mono.just(
                    new Renewed(head, granted, stale, Instant.EPOCH.plusSeconds(calls.size())));
          });
    }

    @Override
    public Mono<Void> deregister() {
      return Mono.fromRunnable(() -> calls.add("deregister"));
    }
  }
}
