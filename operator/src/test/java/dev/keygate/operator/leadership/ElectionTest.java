package dev.keygate.operator.leadership;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(20)
class ElectionTest {

  private static final OperatorProperties.LeaderElection TIMING =
      new OperatorProperties.LeaderElection(
          Duration.ofMillis(900), Duration.ofMillis(600), Duration.ofMillis(100));

  /** Nothing is asked of it: the lock is in this process. */
  @AutoClose
  private final KubernetesClient client =
      new KubernetesClientBuilder()
          .withConfig(new ConfigBuilder().withMasterUrl("http://127.0.0.1:1").build())
          .build();

  private final Pulse pulse = new Pulse();

  static Stream<Throwable> failures() {
    return Stream.of(new IllegalStateException("once"), new NoClassDefFoundError("once"));
  }

  @ParameterizedTest(name = "after {0}")
  @MethodSource("failures")
  void termBeginsWhenTheLockFailedOnceWithWhatNoClientThrows(Throwable failure) throws Exception {
    AtomicReference<@Nullable Throwable> once = new AtomicReference<>(failure);
    Runnable fails =
        () -> {
          switch (once.getAndSet(null)) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> {}
          }
        };

    try (Election election = election(fails, Duration.ofMinutes(1))) {
      assertThat(election.awaitTerm()).isTrue();
    }
  }

  @Test
  void candidacyEndsWithoutTermWhenTheElectorFallsSilent() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (Election election = election(() -> park(never), Duration.ofMillis(300))) {
      boolean leads = election.awaitTerm();

      assertThat(leads).isFalse();
    } finally {
      never.countDown();
    }
  }

  @Test
  void termEndsWhenTheElectorFallsSilent() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    AtomicReference<Runnable> before = new AtomicReference<>(() -> {});
    try (Election election = election(() -> before.get().run(), Duration.ofMillis(300))) {
      assertThat(election.awaitTerm()).isTrue();
      before.set(() -> park(never));

      election.awaitEndOr(new CompletableFuture<>());

      assertThat(election.isOver()).isTrue();
    } finally {
      never.countDown();
    }
  }

  private Election election(Runnable before, Duration patience) {
    Lock lock = new ObservedLock(new LocalLock(before), new ApiServerState(), pulse);
    return new Election(client, TIMING, lock, pulse, patience, _ -> {});
  }

  private static void park(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class LocalLock implements Lock {

    private final Runnable before;
    private final AtomicReference<@Nullable LeaderElectionRecord> held = new AtomicReference<>();

    LocalLock(Runnable before) {
      this.before = before;
    }

    @Override
    public @Nullable LeaderElectionRecord get(KubernetesClient client) {
      before.run();
      return held.get();
    }

    @Override
    public void create(KubernetesClient client, LeaderElectionRecord record) {
      held.set(record);
    }

    @Override
    public void update(KubernetesClient client, LeaderElectionRecord record) {
      held.set(record);
    }

    @Override
    public String identity() {
      return "this";
    }

    @Override
    public String describe() {
      return "a lock in this process";
    }
  }
}
