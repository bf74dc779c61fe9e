package dev.keygate.operator.apikey;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.crds.v1alpha1.ApiKeyStatus;
import dev.keygate.crds.v1alpha1.RotationStatus;
import dev.keygate.operator.cluster.Caches;
import dev.keygate.operator.cluster.StaleStateException;
import dev.keygate.operator.cluster.TermParts;
import dev.keygate.operator.finality.Acknowledgement;
import dev.keygate.operator.finality.Finality;
import dev.keygate.operator.storage.StoreGate;
import dev.keygate.operator.tree.OrganizationTree;
import dev.keygate.operator.tree.Tenancy;
import dev.keygate.operator.tree.TenancyRule;
import dev.keygate.store.read.KeyRecord;
import dev.keygate.store.read.StoreReader;
import dev.keygate.store.usage.RotationEvidence;
import dev.keygate.store.usage.RotationEvidence.Retiring;
import dev.keygate.store.write.Command;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the state of an ApiKey: the store's rows, the live Secret, what grants it its place. */
final class KeyObserver {

  private static final int STRAGGLERS_SHOWN = 10;

  private final StoreGate store;
  private final StoreReader reader;
  private final RotationEvidence rotations;
  private final Finality finality;
  private final OrganizationTree tree;
  private final Caches caches;
  private final LiveSecrets secrets;
  private final BindingSecret binding;
  private final KeyMemory memory;
  private final Duration grace;
  private final Clock clock;

  /**
   * @param grace how long a key outlives what granted it its place
   */
  KeyObserver(
      TermParts parts,
      RotationEvidence rotations,
      LiveSecrets secrets,
      BindingSecret binding,
      KeyMemory memory,
      Duration grace) {
    this.store = parts.store();
    this.reader = parts.reader();
    this.rotations = rotations;
    this.finality = parts.finality();
    this.tree = parts.tree();
    this.caches = parts.caches();
    this.secrets = secrets;
    this.binding = binding;
    this.memory = memory;
    this.grace = grace;
    this.clock = parts.clock();
  }

  /** Of a key that is to end, the store's side only: nothing else may hold its revocation up. */
  ApiKeyState observe(ApiKey resource) {
    ApiKeyWish asked = ApiKeyWish.of(resource);
    KeyRecord record = record(asked.uid());
    ApiKeyWish wish =
        record != null && record.deleted() && !asked.deleted()
            ? asked.withProblem(
                "the store has removed the keys of this ApiKey for good: delete it and create it"
                    + " again")
            : asked;
    ApiKeyState stored = stored(wish, record, handledRevision(record, resource.getStatus()));
    ApiKeyState state = stored.with(acknowledgement(stored, resource));
    return wish.withdrawn() ? state : lookAround(state);
  }

  /** The same key after a change of its rows in the store. */
  ApiKeyState again(ApiKeyState state) {
    KeyRecord record = record(state.wish().uid());
    return new ApiKeyState(
        state.wish(),
        state.tenancy(),
        storedSpec(record),
        Math.max(state.handledRevision(), record == null ? 0 : record.handledRevision()),
        record == null ? List.of() : record.versions(),
        null,
        List.of(),
        state.secret(),
        memory.heldId(state.wish().uid()),
        new Acknowledgement.Unknown(),
        state.endsAt());
  }

  /** Never an old reading: what a key was suspended for meanwhile, say, must be in it. */
  ApiKeyState lookAtTraffic(ApiKeyState state) {
    Retiring traffic =
        store.get(rotations.retiringOf(state.wish().uid())).stream()
            .findFirst()
            .orElseThrow(() -> new StaleStateException("no version is retiring any more"));
    return state.with(
        traffic,
        RotationPolicy.isOldUsed(traffic)
            ? store.get(rotations.stragglers(List.of(traffic.oldKeyId()), STRAGGLERS_SHOWN))
            : List.of());
  }

  ApiKeyState lookAround(ApiKeyState state) {
    ApiKeyWish wish = state.wish();
    Secret secret = secrets.get(wish.namespace(), wish.secretName()).orElse(null);
    Tenancy tenancy = tenancy(wish, false);
    if (tenancy instanceof Tenancy.Granted) {
      memory.accepted(wish.uid());
    }
    return state.with(tenancy, null).with(binding.view(secret, wish, state.versions()));
  }

  ApiKeyState confirm(ApiKeyState state) {
    Tenancy tenancy = tenancy(state.wish(), true);
    String uid = state.wish().uid();
    if (tenancy instanceof Tenancy.Refused) {
      return state.with(tenancy, memory.refusedSince(uid, wholeSecond()).plus(grace));
    }
    memory.accepted(uid);
    return state.with(tenancy, null);
  }

  private Instant wholeSecond() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
  }

  private Acknowledgement acknowledgement(ApiKeyState state, ApiKey resource) {
    return memory
        .awaited(state.wish().uid())
        .map(
            awaited ->
                awaited.latest() instanceof Acknowledgement.Done done
                    ? done
                    : new Acknowledgement.Unknown())
        .orElseGet(
            () ->
                trusts(resource) && SettledRule.isSettled(state, resource.getStatus())
                    ? new Acknowledgement.Settled()
                    : new Acknowledgement.Unknown());
  }

  /** After PostgreSQL lost changes, what a status calls final is believed once confirmed. */
  boolean trusts(ApiKey resource) {
    return !finality.startedAnew() || memory.isConfirmed(resource.getMetadata().getUid());
  }

  private Tenancy tenancy(ApiKeyWish wish, boolean live) {
    return TenancyRule.decide(
        tree,
        live ? caches.live() : caches.cached(),
        wish.namespace(),
        wish.organization(),
        wish.permissions());
  }

  private ApiKeyState stored(ApiKeyWish wish, @Nullable KeyRecord record, long handledRevision) {
    return new ApiKeyState(
        wish,
        new Tenancy.Undecided("Organization " + wish.organization() + " was not looked at yet"),
        storedSpec(record),
        handledRevision,
        record == null ? List.of() : record.versions(),
        null,
        List.of(),
        new SecretView.Unread(),
        memory.heldId(wish.uid()),
        new Acknowledgement.Unknown(),
        null);
  }

  private @Nullable KeyRecord record(String uid) {
    return store.get(reader.key(uid)).orElse(null);
  }

  /** The store's, unless it went back in time and the status remembers more. */
  private static long handledRevision(@Nullable KeyRecord record, @Nullable ApiKeyStatus status) {
    RotationStatus shown = status == null ? null : status.getRotation();
    Long revision = shown == null ? null : shown.getRevision();
    return Math.max(
        record == null ? 0 : record.handledRevision(),
        revision == null || record == null ? 0 : revision);
  }

  /** A key that was removed counts as one the store has never seen, but for its versions. */
  private static Command.@Nullable KeySpec storedSpec(@Nullable KeyRecord record) {
    return record == null || record.deleted() ? null : record.spec();
  }
}
