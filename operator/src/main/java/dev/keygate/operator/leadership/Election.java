package dev.keygate.operator.leadership;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One candidacy, and the term it may lead to. A new one, with an identity nobody has had, is made
 * for each: with a reused identity two processes were seen leading at once.
 */
final class Election implements AutoCloseable {

  static final String LEASE = "keygate-operator";

  private static final Logger LOGGER = LoggerFactory.getLogger(Election.class);

  private final Pulse pulse;
  private final Duration patience;
  private final CompletableFuture<Void> won = new CompletableFuture<>();
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private final CompletableFuture<?> elector;
  private volatile boolean silent;

  /**
   * @param client of its own, which the caller closes
   * @param lock whose calls are told to the pulse
   * @param patience without any call for longer than this, the elector is taken for dead and the
   *     candidacy or the term is over
   * @param onLeader is told of each new holder of the Lease
   */
  Election(
      KubernetesClient client,
      OperatorProperties.LeaderElection timing,
      Lock lock,
      Pulse pulse,
      Duration patience,
      Consumer<String> onLeader) {
    this.pulse = pulse;
    this.patience = patience;
    pulse.beat();
    var config =
        new LeaderElectionConfigBuilder()
            .withName(LEASE)
            .withLock(lock)
            .withLeaseDuration(timing.leaseDuration())
            .withRenewDeadline(timing.renewDeadline())
            .withRetryPeriod(timing.retryPeriod())
            .withReleaseOnCancel(true)
            .withLeaderCallbacks(
                new LeaderCallbacks(() -> won.complete(null), () -> over.complete(null), onLeader))
            .build();
    elector = client.leaderElector().withConfig(config).build().start();
    var _ = elector.whenComplete((_, _) -> over.complete(null));
  }

  /** True when the term begins; false when the candidacy ended without one. */
  boolean awaitTerm() throws InterruptedException {
    await(CompletableFuture.anyOf(won, over));
    return !isOver();
  }

  boolean isOver() {
    return over.isDone();
  }

  void awaitEndOr(CompletableFuture<?> other) throws InterruptedException {
    await(CompletableFuture.anyOf(over, other));
  }

  /** Gives the Lease back, if it is held; does not wait for an elector that hangs in a call. */
  @Override
  public void close() {
    if (silent) {
      Thread.ofVirtual().name("silent-elector").start(() -> elector.cancel(true));
    } else {
      elector.cancel(true);
    }
  }

  private void await(CompletableFuture<?> future) throws InterruptedException {
    while (!future.isDone()) {
      Duration left = patience.minus(pulse.silence());
      if (!left.isPositive()) {
        LOGGER.atWarn().log("the elector fell silent, beginning anew");
        silent = true;
        over.complete(null);
        return;
      }
      try {
        future.get(left.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        // Unless there was a call in the meantime, that was too long.
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
