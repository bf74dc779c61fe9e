package dev.keygate.operator.leadership;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * One candidacy, and the term it may lead to. A new one, with an identity nobody has had, is made
 * for each: with a reused identity two processes were seen leading at once.
 */
final class Election implements AutoCloseable {

  static final String LEASE = "keygate-operator";

  private final CompletableFuture<Void> won = new CompletableFuture<>();
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private final CompletableFuture<?> elector;

  /**
   * @param client of its own, which the caller closes
   * @param onLeader is told of each new holder of the Lease
   */
  Election(
      KubernetesClient client,
      OperatorProperties properties,
      String identity,
      ApiServerState apiServer,
      Consumer<String> onLeader) {
    OperatorProperties.LeaderElection timing = properties.leaderElection();
    var config =
        new LeaderElectionConfigBuilder()
            .withName(LEASE)
            .withLock(
                new ObservedLock(new LeaseLock(properties.namespace(), LEASE, identity), apiServer))
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

  /** Gives the Lease back, if it is held. */
  @Override
  public void close() {
    elector.cancel(true);
  }

  private static void await(CompletableFuture<?> future) throws InterruptedException {
    try {
      future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
