package dev.keygate.operator.usage;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.crds.v1alpha1.KeyVersionStatus;
import dev.keygate.operator.cluster.Caches;
import dev.keygate.operator.storage.StoreGate;
import dev.keygate.store.connection.StoreUnavailableException;
import dev.keygate.store.usage.UsageStore;
import dev.keygate.store.usage.UsageStore.Changed;
import dev.keygate.store.usage.UsageStore.Mark;
import dev.keygate.store.usage.UsageStore.Total;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Looks for changed counts and has the keys reconciled whose counts may be written now. The
 * reconcile itself reads the counts, so nothing is kept here but which keys changed. For one
 * scheduler thread.
 */
public final class UsagePoller {

  private static final int PAGE = 5_000;

  private final UsageStore usage;
  private final StoreGate store;
  private final Caches caches;
  private final UsageGrants grants;
  private final UsageSchedule schedule;
  private final Clock clock;
  private Mark since = Mark.BEGINNING;

  public UsagePoller(
      UsageStore usage,
      StoreGate store,
      Caches caches,
      UsageGrants grants,
      UsageProperties properties,
      Clock clock) {
    this.usage = usage;
    this.store = store;
    this.caches = caches;
    this.grants = grants;
    this.schedule = new UsageSchedule(properties);
    this.clock = clock;
  }

  /** One round; the store being down is not a failure. */
  public void poll() {
    try {
      Changed changed;
      do {
        changed = store.get(usage.changedSince(since, PAGE));
        since = changed.next();
        changed.totals().stream()
            .filter(this::isNews)
            .forEach(total -> schedule.changed(total.apiKeyUid()));
      } while (changed.totals().size() >= PAGE);
    } catch (StoreUnavailableException e) {
      return;
    }
    grants.asked().forEach(schedule::changed);
    for (String uid : schedule.due(clock.instant())) {
      caches
          .keysBy(Caches.BY_UID, uid)
          .forEach(
              key -> {
                grants.grant(uid);
                caches.wakeKey(ResourceID.fromResource(key));
              });
    }
  }

  /** What the status shows already, as after a restart, is not written again. */
  private boolean isNews(Total total) {
    return caches.keysBy(Caches.BY_UID, total.apiKeyUid()).stream()
        .findFirst()
        .map(key -> shown(key, total.keyId()).orElse(-1L) != total.requests())
        .orElse(false);
  }

  private static Optional<Long> shown(ApiKey key, String keyId) {
    if (key.getStatus() == null) {
      return Optional.empty();
    }
    return Objects.requireNonNullElse(key.getStatus().getVersions(), List.<KeyVersionStatus>of())
        .stream()
        .filter(version -> keyId.equals(version.getKeyId()))
        .map(KeyVersionStatus::getRequests)
        .filter(Objects::nonNull)
        .findFirst();
  }
}
