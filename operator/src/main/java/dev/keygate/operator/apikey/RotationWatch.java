package dev.keygate.operator.apikey;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.operator.cluster.Caches;
import dev.keygate.operator.storage.StoreGate;
import dev.keygate.store.connection.StoreUnavailableException;
import dev.keygate.store.usage.RotationEvidence;
import dev.keygate.store.usage.RotationEvidence.Retiring;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks at the traffic of all retiring versions at once, and has the keys reconciled for which it
 * changes something. The reconcile reads and decides by itself. For one scheduler thread.
 */
public final class RotationWatch {

  private final RotationEvidence evidence;
  private final StoreGate store;
  private final Caches caches;
  private final MultiGauge stragglers;
  private Map<String, Seen> seen = Map.of();

  private record Seen(RotationPolicy.Progress progress, boolean oldUsed, boolean deadlineNear) {}

  public RotationWatch(
      RotationEvidence evidence, StoreGate store, Caches caches, MeterRegistry metrics) {
    this.evidence = evidence;
    this.store = store;
    this.caches = caches;
    // Of one number: unlike a plain gauge it can be registered again by the next term.
    this.stragglers = MultiGauge.builder("keygate.rotation.stragglers").register(metrics);
  }

  /** One round; the store being down is not a failure. */
  public void run() {
    List<Retiring> retiring;
    try {
      retiring = store.get(evidence.retiring());
    } catch (StoreUnavailableException e) {
      return;
    }
    stragglers.register(
        List.of(Row.of(Tags.empty(), retiring.stream().filter(RotationPolicy::isOldUsed).count())),
        true);
    Map<String, Seen> now = new HashMap<>();
    for (Retiring traffic : retiring) {
      caches.keysBy(Caches.BY_UID, traffic.uid()).forEach(key -> look(key, traffic, now));
    }
    seen = now;
  }

  /** Whether the key is acceptable is the reconcile's to say: woken in vain, it does nothing. */
  private void look(ApiKey key, Retiring traffic, Map<String, Seen> now) {
    RotationWish wish = ApiKeyWish.of(key).rotation();
    Seen latest =
        new Seen(
            RotationPolicy.progress(traffic, wish, true),
            RotationPolicy.isOldUsed(traffic),
            RotationPolicy.isDeadlineNear(traffic, wish));
    now.put(traffic.oldKeyId(), latest);
    if (!latest.equals(seen.get(traffic.oldKeyId()))) {
      caches.wakeKey(ResourceID.fromResource(key));
    }
  }
}
