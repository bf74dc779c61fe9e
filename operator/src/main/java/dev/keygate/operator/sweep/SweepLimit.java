package dev.keygate.operator.sweep;

import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.event.EventWriter;
import dev.keygate.operator.finality.Anchor;
import dev.keygate.store.write.Command.KeySpec;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops a sweep that would revoke more keys than is plausible, until a person has confirmed it. One
 * for the process; shown by the gauge {@code keygate.operator.sweep.blocked}, the number of keys
 * that wait for a word.
 */
public final class SweepLimit {

  private static final Logger LOGGER = LoggerFactory.getLogger(SweepLimit.class);

  private final SweepProperties properties;
  private final AtomicInteger blocked = new AtomicInteger();

  public SweepLimit(SweepProperties properties, MeterRegistry metrics) {
    this.properties = properties;
    Gauge.builder("keygate.operator.sweep.blocked", blocked, AtomicInteger::get).register(metrics);
  }

  /**
   * @param unspoken keys to be revoked because no resource speaks for them, each once
   * @param usable all keys with a usable version
   */
  public boolean mayRevoke(Collection<KeySpec> unspoken, int usable) {
    Map<String, Integer> perNamespace = new HashMap<>();
    unspoken.forEach(key -> perNamespace.merge(key.namespace(), 1, Integer::sum));
    int orphans = unspoken.size();
    boolean may =
        SweepRule.mayRevoke(perNamespace.values(), usable, properties.confirmedRevocations());
    int before = blocked.getAndSet(may ? 0 : orphans);
    if (!may && before != orphans) {
      LOGGER
          .atError()
          .addKeyValue("orphans", orphans)
          .addKeyValue("usable", usable)
          .addKeyValue("reason", explained())
          .log("the sweep is held");
    }
    return may;
  }

  /** An Event about the anchor, once there is one; the log has it in any case. */
  public void announce(EventWriter events, Anchor anchor) {
    anchor.resource().ifPresent(about -> events.emit(about, true, Reason.SweepHeld, explained()));
  }

  /** What to do about it, for people. */
  private String explained() {
    return blocked.get()
        + " usable keys have no ApiKey in this cluster, more than are revoked without a person's"
        + " word: make sure that this is the right cluster and that these ApiKeys are gone for"
        + " good, then set keygate.sweep.confirmed-revocations to that number";
  }
}
