package dev.keygate.operator.apikey;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.operator.cluster.Caches;
import dev.keygate.operator.cluster.TermParts;
import dev.keygate.operator.cluster.Turns.Turn;
import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.effect.Effects;
import dev.keygate.operator.finality.Acknowledgement;
import dev.keygate.operator.finality.Awaited;
import dev.keygate.operator.finality.Finality;
import dev.keygate.operator.storage.StoreGate;
import dev.keygate.operator.tree.OrganizationTree;
import dev.keygate.operator.tree.Tenancy;
import dev.keygate.operator.tree.TenancyRule;
import dev.keygate.store.feed.FeedPosition;
import dev.keygate.store.key.KeyFormat;
import dev.keygate.store.key.PlaintextKey;
import dev.keygate.store.read.KeyRecord;
import dev.keygate.store.read.StoreReader;
import dev.keygate.store.write.Command;
import dev.keygate.store.write.Command.KeyResult;
import dev.keygate.store.write.Committed;
import dev.keygate.store.write.FeedWriter;
import io.fabric8.kubernetes.api.model.Secret;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Reads the state of an ApiKey, and carries out the steps of its plan. */
final class ApiKeySteps {

  private static final Logger LOGGER = LoggerFactory.getLogger(ApiKeySteps.class);

  /**
   * How long one reconcile waits for replicas; then the status says so, and whatever else happened
   * to the resource is looked at before the wait goes on.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** Only one key is active at a time until there are rotations. */
  private static final Duration NO_OVERLAP = Duration.ZERO;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final StoreGate store;
  private final FeedWriter writer;
  private final StoreReader reader;
  private final Finality finality;
  private final Effects effects;
  private final OrganizationTree tree;
  private final Caches caches;
  private final LiveSecrets secrets;
  private final BindingSecret binding;
  private final KeyFormat format;
  private final KeyMemory memory;
  private final Duration grace;
  private final Clock clock;

  ApiKeySteps(
      TermParts parts,
      LiveSecrets secrets,
      BindingSecret binding,
      KeyFormat format,
      KeyMemory memory,
      Duration grace) {
    this.store = parts.store();
    this.writer = parts.writer();
    this.reader = parts.reader();
    this.finality = parts.finality();
    this.effects = parts.effects();
    this.tree = parts.tree();
    this.caches = parts.caches();
    this.secrets = secrets;
    this.binding = binding;
    this.format = format;
    this.memory = memory;
    this.grace = grace;
    this.clock = parts.clock();
  }

  /** Of a key that is to end, the store's side only: nothing else may hold its revocation up. */
  ApiKeyState observe(ApiKey resource) {
    ApiKeyWish asked = ApiKeyWish.of(resource);
    KeyRecord record = record(asked.uid());
    ApiKeyWish wish =
        record != null && record.deleted() && !resource.isMarkedForDeletion()
            ? asked.withProblem(
                "the store has removed the keys of this ApiKey for good: delete it and create it"
                    + " again")
            : asked;
    ApiKeyState stored = stored(wish, record);
    ApiKeyState state = stored.with(acknowledgement(stored, resource));
    return wish.revoked() || resource.isMarkedForDeletion() ? state : lookAround(state);
  }

  /** Carries out one step and says how things stand after it. */
  ApiKeyState carryOut(ApiKeyPlan plan, ApiKeyState state, Turn turn) throws InterruptedException {
    return switch (plan) {
      case ApiKeyPlan.LookAround _ -> lookAround(state);
      case ApiKeyPlan.ConfirmRefusal _ -> confirm(state);
      case ApiKeyPlan.PutSpec(var spec) -> submitted(state, new Command.PutKey(spec));
      case ApiKeyPlan.Mint(var spec, var reason) -> mint(state, spec, reason);
      case ApiKeyPlan.AwaitReplicas _ -> state.with(await(state.wish().uid(), turn));
      case ApiKeyPlan.Deliver(var keyId) -> deliver(state, keyId);
      case ApiKeyPlan.RepairSecret(var keyId, var version) -> repair(state, keyId, version);
      case ApiKeyPlan.Activate(var keyId) -> activate(state, keyId);
      case ApiKeyPlan.Revoke(var keyIds, var reason) -> revoke(state, keyIds, reason);
      case ApiKeyPlan.DeleteSecret(var version) -> deleteSecret(state, version);
      case ApiKeyPlan.Settle _ -> state;
    };
  }

  /** For a resource that is being deleted: all its versions end, and the store remembers that. */
  ApiKeyState remove(ApiKeyState state) {
    memory.release(state.wish().uid());
    ApiKeyState after =
        submitted(state, new Command.RemoveKey(state.wish().uid(), Reason.Deleted.name()));
    log(state.wish(), null, Reason.Deleted, "key removed");
    return after;
  }

  private ApiKeyState lookAround(ApiKeyState state) {
    ApiKeyWish wish = state.wish();
    Secret secret = secrets.get(wish.namespace(), wish.secretName()).orElse(null);
    Tenancy tenancy = tenancy(wish, false);
    if (tenancy instanceof Tenancy.Granted) {
      memory.accepted(wish.uid());
    }
    return state.with(tenancy, null).with(binding.view(secret, wish, state.versions()));
  }

  private ApiKeyState confirm(ApiKeyState state) {
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

  private ApiKeyState mint(ApiKeyState state, Command.KeySpec spec, Reason reason) {
    PlaintextKey key = format.mint(spec.environment(), RANDOM);
    String keyId = UUID.randomUUID().toString();
    memory.hold(state.wish().uid(), new KeyMemory.Held(keyId, key));
    ApiKeyState after =
        submitted(
            state, new Command.IssueVersion(spec, keyId, key.hash(), key.hint(), reason.name(), 0));
    log(state.wish(), keyId, reason, "key minted");
    return after;
  }

  private ApiKeyState deliver(ApiKeyState state, String keyId) {
    ApiKeyWish wish = state.wish();
    String key =
        memory
            .held(wish.uid())
            .filter(held -> held.keyId().equals(keyId))
            .map(held -> held.key().value())
            .orElseThrow();
    Secret written =
        switch (state.secret()) {
          case SecretView.Absent _ -> secrets.create(binding.secret(wish, keyId, key, null));
          case SecretView.Ours(var resourceVersion, _, _) ->
              secrets.replace(
                  binding.secret(wish, keyId, key, resourceVersion), binding.unwanted(wish));
          case SecretView.Foreign _, SecretView.Unread _ ->
              throw new IllegalStateException("never touched");
        };
    memory.release(wish.uid());
    return state.with(binding.view(written, wish, state.versions()));
  }

  private ApiKeyState repair(ApiKeyState state, String keyId, String resourceVersion) {
    ApiKeyWish wish = state.wish();
    Secret live = secrets.get(wish.namespace(), wish.secretName()).orElse(null);
    if (live == null || !resourceVersion.equals(live.getMetadata().getResourceVersion())) {
      return state.with(binding.view(live, wish, state.versions()));
    }
    Secret written =
        secrets.replace(
            binding.secret(wish, keyId, BindingSecret.keyIn(live).orElseThrow(), resourceVersion),
            binding.unwanted(wish));
    log(wish, keyId, Reason.Accepted, "secret put right");
    return state.with(binding.view(written, wish, state.versions()));
  }

  /**
   * Without overlap. Outside rotations there is an active version only when the Secret was lost,
   * and then whoever can still read the old key is as likely the one who took the Secret as an
   * application that has it in memory.
   */
  private ApiKeyState activate(ApiKeyState state, String keyId) {
    ApiKeyState after =
        submitted(state, new Command.ActivateVersion(state.wish().uid(), keyId, NO_OVERLAP));
    log(state.wish(), keyId, Reason.Ready, "key in use");
    return after;
  }

  private ApiKeyState revoke(ApiKeyState state, Set<String> keyIds, Reason reason) {
    if (keyIds.containsAll(state.usable())) {
      memory.release(state.wish().uid());
    }
    ApiKeyState after =
        submitted(state, new Command.RevokeVersions(state.wish().uid(), keyIds, reason.name()));
    keyIds.forEach(keyId -> log(state.wish(), keyId, reason, "key revoked"));
    return after;
  }

  private ApiKeyState deleteSecret(ApiKeyState state, String resourceVersion) {
    secrets.delete(state.wish().namespace(), state.wish().secretName(), resourceVersion);
    return state.with(new SecretView.Absent());
  }

  /** Conflicts show in the state that is read back, and the policy sees to them. */
  private ApiKeyState submitted(ApiKeyState state, Command<KeyResult> command) {
    ApiKeyWish wish = state.wish();
    // Should the answer be lost, what was awaited before says nothing about this change.
    memory.settled(wish.uid());
    Committed<KeyResult> committed =
        effects.run(
            Effects.of(command),
            Effects.nameOf(wish.namespace(), wish.name()),
            () -> store.write(writer.submit(command)));
    switch (committed.result()) {
      case KeyResult.Written _ -> {}
      case KeyResult.OrganizationMissing _ ->
          throw new StaleStateException("the organization is not in the store");
      case KeyResult.Conflict(var what) -> throw new StaleStateException(what);
    }
    memory.await(wish.uid(), finality.watch(committed.position(), committed.knownAtNanos()));
    KeyRecord record = record(wish.uid());
    return new ApiKeyState(
        wish,
        state.tenancy(),
        storedSpec(record),
        record == null ? List.of() : record.versions(),
        state.secret(),
        memory.heldId(wish.uid()),
        new Acknowledgement.Unknown(),
        state.endsAt());
  }

  private Acknowledgement await(String uid, Turn turn) throws InterruptedException {
    Awaited awaited = memory.awaited(uid).orElseGet(() -> watchHead(uid));
    return turn.aside(() -> awaited.await(PATIENCE));
  }

  /** Nobody here knows which change was the last: whoever has the head has that one too. */
  private Awaited watchHead(String uid) {
    FeedPosition head = store.get(reader.head());
    Awaited awaited = finality.watch(head, System.nanoTime());
    memory.await(uid, awaited);
    return awaited;
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
                SettledRule.isSettled(state, resource.getStatus())
                    ? new Acknowledgement.Settled()
                    : new Acknowledgement.Unknown());
  }

  private Tenancy tenancy(ApiKeyWish wish, boolean live) {
    return TenancyRule.decide(
        tree,
        live ? caches.live() : caches.cached(),
        wish.namespace(),
        wish.organization(),
        wish.permissions());
  }

  private ApiKeyState stored(ApiKeyWish wish, @Nullable KeyRecord record) {
    return new ApiKeyState(
        wish,
        new Tenancy.Undecided("Organization " + wish.organization() + " was not looked at yet"),
        storedSpec(record),
        record == null ? List.of() : record.versions(),
        new SecretView.Unread(),
        memory.heldId(wish.uid()),
        new Acknowledgement.Unknown(),
        null);
  }

  /** A key that was removed counts as one the store has never seen, but for its versions. */
  private static Command.@Nullable KeySpec storedSpec(@Nullable KeyRecord record) {
    return record == null || record.deleted() ? null : record.spec();
  }

  private @Nullable KeyRecord record(String uid) {
    return store.get(reader.key(uid)).orElse(null);
  }

  private static void log(ApiKeyWish wish, @Nullable String keyId, Reason reason, String message) {
    LoggingEventBuilder line =
        LOGGER
            .atInfo()
            .addKeyValue("namespace", wish.namespace())
            .addKeyValue("name", wish.name())
            .addKeyValue("reason", reason);
    (keyId == null ? line : line.addKeyValue("keyId", keyId)).log(message);
  }
}
