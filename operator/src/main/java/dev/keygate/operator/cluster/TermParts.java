package dev.keygate.operator.cluster;

import dev.keygate.operator.effect.Effects;
import dev.keygate.operator.event.EventWriter;
import dev.keygate.operator.finality.Finality;
import dev.keygate.operator.status.StatusWriter;
import dev.keygate.operator.storage.StoreGate;
import dev.keygate.operator.tree.OrganizationTree;
import dev.keygate.store.read.StoreReader;
import dev.keygate.store.write.Command;
import dev.keygate.store.write.Committed;
import dev.keygate.store.write.FeedWriter;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;

/** What everything that runs during one term of leadership works with. */
public record TermParts(
    StoreGate store,
    FeedWriter writer,
    StoreReader reader,
    Finality finality,
    OrganizationTree tree,
    KubernetesClient client,
    Caches caches,
    Turns turns,
    StatusWriter statuses,
    EventWriter events,
    Effects effects,
    Clock clock) {

  /**
   * Changes the feed, as one of the effects that can be watched. Fails as {@link StoreGate#write}
   * does.
   *
   * @param about whose change, as {@link Effects#nameOf} names it
   */
  public <R> Committed<R> write(Command<R> command, String about) {
    return effects.change(store, writer, command, about);
  }
}
