package dev.keygate.operator.finality;

import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.event.EventWriter;
import dev.keygate.operator.storage.StoreGate;
import dev.keygate.store.connection.StoreUnavailableException;
import dev.keygate.store.lease.LeaseTerms;
import dev.keygate.store.lease.Replicas;
import dev.keygate.store.lease.Replicas.Replica;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of each gateway that has not renewed its lease for so long that it counts as degraded: by
 * one Event, about the anchor, each time that it becomes so, and by the gauge {@code
 * keygate.operator.gateways.degraded}. Until its lease runs out revocations wait for it. For one
 * scheduler thread.
 */
public final class GatewayWatch {

  private static final Logger LOGGER = LoggerFactory.getLogger(GatewayWatch.class);

  private final Replicas replicas;
  private final StoreGate store;
  private final Anchor anchor;
  private final EventWriter events;
  private final MultiGauge gauge;
  private final Duration after;
  private final Sightings sightings;
  private Map<UUID, Replica> degraded = Map.of();

  /**
   * @param lease of the gateways, by which a replica counts as degraded
   */
  public GatewayWatch(
      Replicas replicas,
      StoreGate store,
      Duration lease,
      Anchor anchor,
      EventWriter events,
      MeterRegistry metrics) {
    this.replicas = replicas;
    this.store = store;
    this.anchor = anchor;
    this.events = events;
    this.after = LeaseTerms.degradedAfter(lease);
    this.sightings = new Sightings(after);
    // Of one number: unlike a plain gauge it can be registered again by the next term.
    this.gauge = MultiGauge.builder("keygate.operator.gateways.degraded").register(metrics);
  }

  /** One round; the store being down is not a failure. */
  public void run() {
    List<Replica> rows;
    try {
      rows = store.get(replicas.all()).replicas();
    } catch (StoreUnavailableException e) {
      return;
    }
    Map<UUID, Replica> now = new HashMap<>();
    sightings.observe(rows, System.nanoTime()).forEach(row -> now.put(row.id(), row));
    gauge.register(List.of(Row.of(Tags.empty(), now.size())), true);
    now.values().stream().filter(row -> !degraded.containsKey(row.id())).forEach(this::tell);
    degraded = now;
  }

  private void tell(Replica row) {
    LOGGER
        .atWarn()
        .addKeyValue("replica", row.name())
        .addKeyValue("reason", Reason.GatewayDegraded)
        .log("a gateway does not renew its lease");
    anchor
        .resource()
        .ifPresent(about -> events.emit(about, true, Reason.GatewayDegraded, explained(row)));
  }

  private String explained(Replica row) {
    return "gateway "
        + row.name()
        + " has not renewed its lease for "
        + after.toSeconds()
        + " s: look at its log and at its way to PostgreSQL; it stops serving by itself when the"
        + " lease runs out, and until then every revocation waits for it";
  }
}
