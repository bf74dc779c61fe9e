package dev.keygate.operator.cluster;

import dev.keygate.operator.cluster.Turns.Turn;
import dev.keygate.operator.status.Teller;
import dev.keygate.operator.storage.StoreGate;
import dev.keygate.store.connection.StoreUnavailableException;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs the reconciles of one kind of resource, each in its turn, and answers what goes wrong with
 * when to look again. Nothing is thrown for a store or an API server that is down: that is one
 * state of the process, logged where it is kept, and the resource comes again after a growing,
 * capped delay. Safe from any thread.
 */
public final class Attempts<R extends CustomResource<?, ?>> {

  /** What a person has to mend is looked at so often. */
  public static final Duration RECHECK = Duration.ofSeconds(15);

  private final Turns turns;
  private final StoreGate store;
  private final Teller<R, ?> teller;
  private final Consumer<R> wake;
  private final Backoff backoff = new Backoff();

  /** One reconcile. */
  @FunctionalInterface
  public interface Work {

    /** When to look again; empty: never, the resource is done with. */
    Optional<Duration> run(Turn turn) throws InterruptedException;
  }

  /**
   * @param wake has a resource reconciled again
   */
  public Attempts(TermParts parts, Teller<R, ?> teller, Consumer<R> wake) {
    this.turns = parts.turns();
    this.store = parts.store();
    this.teller = teller;
    this.wake = wake;
  }

  /**
   * @param urgent whether it takes no turn
   */
  public Optional<Duration> run(R resource, Context<R> context, boolean urgent, Work work)
      throws InterruptedException {
    String uid = resource.getMetadata().getUid();
    try (Turn turn = turns.take(urgent)) {
      Optional<Duration> again = work.run(turn);
      backoff.reset(uid);
      return again;
    } catch (StoreUnavailableException e) {
      store.onceBack(uid, () -> wake.accept(resource));
      teller.storeUnavailable(resource, context);
      return Optional.of(backoff.next(uid));
    } catch (StaleStateException e) {
      return Optional.of(backoff.next(uid));
    } catch (KubernetesClientException e) {
      return Optional.of(Refusals.delayAfter(e, resource, backoff));
    } catch (RuntimeException e) {
      if (!teller.refused(e, resource, context)) {
        throw e;
      }
      return Optional.of(RECHECK);
    }
  }
}
