package dev.keygate.operator.sweep;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.crds.v1alpha1.Organization;
import dev.keygate.operator.cluster.Caches;
import dev.keygate.operator.cluster.TermParts;
import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.effect.Effects;
import dev.keygate.operator.finality.Anchor;
import dev.keygate.operator.tree.Node;
import dev.keygate.store.connection.StoreUnavailableException;
import dev.keygate.store.read.KeyRecord;
import dev.keygate.store.write.Command;
import dev.keygate.store.write.Command.KeySpec;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure that no key is usable without a live ApiKey, by UID: resources that vanished while no
 * operator looked, or whose finalizer somebody took away. The cache only names suspects; each is
 * looked up live before it is revoked. For one scheduler thread.
 */
public final class Sweep {

  private static final Logger LOGGER = LoggerFactory.getLogger(Sweep.class);

  private final TermParts parts;
  private final SweepLimit limit;
  private final Anchor anchor;

  /**
   * @param anchor the object about which a held sweep emits its Event
   */
  public Sweep(TermParts parts, SweepLimit limit, Anchor anchor) {
    this.parts = parts;
    this.limit = limit;
    this.anchor = anchor;
  }

  /** One round; a store or an API server that is down ends it early, the next round goes on. */
  public void run() {
    try {
      sweepKeys();
      sweepOrganizations();
    } catch (StoreUnavailableException | KubernetesClientException e) {
      LOGGER.atDebug().addKeyValue("error", e.getMessage()).log("sweep ended early");
    }
  }

  private void sweepKeys() {
    AtomicInteger usable = new AtomicInteger();
    List<KeyRecord> suspects =
        parts
            .store()
            .get(
                parts
                    .reader()
                    .liveKeys()
                    .doOnNext(key -> usable.addAndGet(isUsable(key) ? 1 : 0))
                    .filter(key -> isUnseen(key.spec()))
                    .collectList());
    List<KeyRecord> orphans = suspects.stream().filter(key -> !lives(key.spec())).toList();
    if (!limit.mayRevoke(withUsable(orphans), usable.get())) {
      limit.announce(parts.events(), anchor);
      return;
    }
    orphans.forEach(key -> remove(key.spec()));
  }

  private boolean isUnseen(KeySpec key) {
    return parts.caches().keysBy(Caches.BY_UID, key.uid()).isEmpty();
  }

  private static List<KeySpec> withUsable(List<KeyRecord> keys) {
    return keys.stream().filter(Sweep::isUsable).map(KeyRecord::spec).toList();
  }

  private static boolean isUsable(KeyRecord key) {
    return key.versions().stream().anyMatch(version -> version.state().usable());
  }

  private boolean lives(KeySpec key) {
    return is(
        parts
            .client()
            .resources(ApiKey.class)
            .inNamespace(key.namespace())
            .withName(key.name())
            .get(),
        key.uid());
  }

  private void remove(KeySpec key) {
    parts.write(
        new Command.RemoveKey(key.uid(), Reason.Orphaned.name()),
        Effects.nameOf(key.namespace(), key.name()));
    LOGGER
        .atWarn()
        .addKeyValue("namespace", key.namespace())
        .addKeyValue("name", key.name())
        .addKeyValue("reason", Reason.Orphaned)
        .log("revoked a key whose ApiKey is gone");
  }

  /** Those with children or keys stay until these are gone: the store says so. */
  private void sweepOrganizations() {
    for (Node node : parts.tree().all()) {
      if (parts.caches().organizationsBy(Caches.BY_UID, node.uid()).isEmpty()
          && !is(
              parts.client().resources(Organization.class).withName(node.name()).get(),
              node.uid())) {
        var result = parts.write(new Command.RemoveOrganization(node.uid()), node.name()).result();
        if (result instanceof Command.OrganizationResult.Written) {
          parts.tree().remove(node.uid());
          LOGGER
              .atWarn()
              .addKeyValue("name", node.name())
              .addKeyValue("organization", node.id())
              .log("removed an organization whose resource is gone");
        }
      }
    }
  }

  private static boolean is(@Nullable HasMetadata resource, String uid) {
    return resource != null && uid.equals(resource.getMetadata().getUid());
  }
}
