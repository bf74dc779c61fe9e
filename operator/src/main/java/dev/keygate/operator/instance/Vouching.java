package dev.keygate.operator.instance;

import dev.keygate.operator.effect.Effects;
import dev.keygate.operator.event.EventWriter;
import dev.keygate.operator.finality.Anchor;
import dev.keygate.operator.finality.Standing;
import dev.keygate.operator.storage.StoreGate;
import dev.keygate.operator.sweep.SweepLimit;
import dev.keygate.store.feed.FeedPosition;
import dev.keygate.store.read.StoreReader;
import dev.keygate.store.write.FeedWriter;
import dev.keygate.store.write.FeedWriter.Found;
import dev.keygate.store.write.FeedWriter.Vouched;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides at the beginning of a term whether gateways may rely on the PostgreSQL that is there.
 * First the anchor is claimed, so that no former term can raise it behind our back. On one that
 * nobody vouched for the anchor is looked up in the change log. There: nothing that anybody was
 * told is missing. Else changes were lost: a new epoch begins, what had been ended is ended again
 * from the resources, and only then gateways read, start and renew.
 *
 * <p>The order matters for whoever finds it half-done: the anchor of the new epoch is set after the
 * sweep, so without the sweep it is not found. It is raised to the head each time, also where it
 * was found: it is as old as the etcd that it is in, which may have been put back.
 */
public final class Vouching {

  private static final Logger LOGGER = LoggerFactory.getLogger(Vouching.class);

  private final FeedWriter writer;
  private final StoreGate store;
  private final Anchor anchor;
  private final RestoreSweep sweep;
  private final SweepLimit limit;
  private final EventWriter events;
  private final Effects effects;
  private boolean anew;

  public Vouching(
      FeedWriter writer,
      StoreGate store,
      StoreReader reader,
      Anchor anchor,
      KubernetesClient client,
      SweepLimit limit,
      EventWriter events,
      Effects effects) {
    this.writer = writer;
    this.store = store;
    this.anchor = anchor;
    this.sweep = new RestoreSweep(client, store, reader, writer, effects, limit);
    this.limit = limit;
    this.events = events;
    this.effects = effects;
  }

  /**
   * One attempt. Empty while a person has to confirm the sweep: gateways do not serve until then.
   * Throws StoreUnavailableException or KubernetesClientException when it can't go on: try again.
   */
  public Optional<Standing> attempt() {
    Found found = writer.found();
    Duration bound = Standing.bound(found.lease());
    Optional<FeedPosition> known = anchor.claim();
    boolean first = found.vouched() == Vouched.NEVER && known.isEmpty();
    if (found.vouched() == Vouched.THIS || first) {
      anchor.set(store.write(writer.head()));
      if (first) {
        vouch(true);
      }
      return Optional.of(new Standing(found.instance(), false, rest(bound, found.vouchedFor())));
    }
    if (known.isEmpty() || !store.write(writer.has(known.get()))) {
      if (!anew) {
        FeedPosition start = store.write(writer.startEpoch());
        anew = true;
        LOGGER
            .atWarn()
            .addKeyValue("epoch", start.epoch())
            .log("PostgreSQL lost changes, all that had been ended is ended again");
      }
      if (!sweep.run()) {
        limit.announce(events, anchor);
        return Optional.empty();
      }
    }
    anchor.set(store.write(writer.head()));
    vouch(false);
    LOGGER
        .atInfo()
        .addKeyValue("instance", found.instance().text())
        .log("vouched for a PostgreSQL that was restarted, failed over or restored");
    return Optional.of(new Standing(found.instance(), anew, bound));
  }

  private void vouch(boolean first) {
    effects.run(
        Effects.VOUCH,
        writer.found().instance().text(),
        () -> store.write(writer.vouch(first).thenReturn(true)));
  }

  private static Duration rest(Duration bound, Duration passed) {
    return passed.compareTo(bound) >= 0 ? Duration.ZERO : bound.minus(passed);
  }
}
