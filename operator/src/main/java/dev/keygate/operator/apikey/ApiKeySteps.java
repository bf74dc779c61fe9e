package dev.keygate.operator.apikey;

import dev.keygate.operator.cluster.StaleStateException;
import dev.keygate.operator.cluster.TermParts;
import dev.keygate.operator.cluster.Turns.Turn;
import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.effect.Effects;
import dev.keygate.operator.finality.Acknowledgement;
import dev.keygate.operator.finality.Awaited;
import dev.keygate.operator.finality.Finality;
import dev.keygate.operator.storage.StoreGate;
import dev.keygate.store.feed.FeedPosition;
import dev.keygate.store.key.KeyFormat;
import dev.keygate.store.key.PlaintextKey;
import dev.keygate.store.read.StoreReader;
import dev.keygate.store.write.Command;
import dev.keygate.store.write.Command.KeyResult;
import dev.keygate.store.write.Committed;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Carries out the steps of an ApiKey's plan, those that change the store by itself. */
final class ApiKeySteps {

  private static final Logger LOGGER = LoggerFactory.getLogger(ApiKeySteps.class);

  /**
   * How long one reconcile waits for replicas; then the status says so, and whatever else happened
   * to the resource is looked at before the wait goes on.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final SecureRandom RANDOM = new SecureRandom();

  private final TermParts parts;
  private final StoreGate store;
  private final StoreReader reader;
  private final Finality finality;
  private final KeyObserver observer;
  private final SecretSteps secrets;
  private final KeyFormat format;
  private final KeyMemory memory;
  private final MeterRegistry metrics;

  ApiKeySteps(
      TermParts parts,
      KeyObserver observer,
      SecretSteps secrets,
      KeyFormat format,
      KeyMemory memory,
      MeterRegistry metrics) {
    this.parts = parts;
    this.store = parts.store();
    this.reader = parts.reader();
    this.finality = parts.finality();
    this.observer = observer;
    this.secrets = secrets;
    this.format = format;
    this.memory = memory;
    this.metrics = metrics;
  }

  /** Carries out one step and says how things stand after it. */
  ApiKeyState carryOut(ApiKeyPlan plan, ApiKeyState state, Turn turn) throws InterruptedException {
    return switch (plan) {
      case ApiKeyPlan.LookAround _ -> observer.lookAround(state);
      case ApiKeyPlan.ConfirmRefusal _ -> observer.confirm(state);
      case ApiKeyPlan.LookAtTraffic _ -> observer.lookAtTraffic(state);
      case ApiKeyPlan.PutSpec(var spec) -> submitted(state, new Command.PutKey(spec));
      case ApiKeyPlan.Mint(var spec, var reason) -> mint(state, spec, reason);
      case ApiKeyPlan.AwaitReplicas _ -> state.with(await(state.wish().uid(), turn));
      case ApiKeyPlan.Deliver(var keyId) -> secrets.deliver(state, keyId);
      case ApiKeyPlan.RepairSecret(var keyId, var version, var keepPrevious) ->
          repair(state, keyId, version, keepPrevious);
      case ApiKeyPlan.Activate(var keyId, var overlap) -> activate(state, keyId, overlap);
      case ApiKeyPlan.Revoke(var keyIds, var reason) -> revoke(state, keyIds, reason);
      case ApiKeyPlan.DeleteSecret(var version) -> secrets.delete(state, version);
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

  private ApiKeyState mint(ApiKeyState state, Command.KeySpec spec, Reason reason) {
    PlaintextKey key = format.mint(spec.environment(), RANDOM);
    String keyId = UUID.randomUUID().toString();
    memory.hold(state.wish().uid(), new KeyMemory.Held(keyId, key));
    ApiKeyState after =
        submitted(
            state,
            new Command.IssueVersion(
                spec, keyId, key.hash(), key.hint(), reason.name(), revision(state)));
    log(state.wish(), keyId, reason, "key minted");
    return after;
  }

  /** Never back: a revision that was handled and then lowered stays handled. */
  private static long revision(ApiKeyState state) {
    return Math.max(state.handledRevision(), state.wish().rotation().revision());
  }

  private ApiKeyState repair(
      ApiKeyState state, String keyId, String resourceVersion, boolean keepPrevious) {
    ApiKeyState after = secrets.repair(state, keyId, resourceVersion, keepPrevious);
    log(state.wish(), keyId, Reason.Accepted, "secret put right");
    return after;
  }

  /**
   * Without overlap when the key that is replaced is not in the Secret any more. It was lost with
   * it then, and whoever can still read the old key is as likely the one who took the Secret as an
   * application that has it in memory.
   */
  private ApiKeyState activate(ApiKeyState state, String keyId, Duration overlap) {
    memory.release(state.wish().uid());
    boolean replaces = state.usable().size() > 1;
    ApiKeyState after =
        submitted(state, new Command.ActivateVersion(state.wish().uid(), keyId, overlap));
    if (replaces && overlap.isZero()) {
      count(Reason.SecretLost.name(), "Replaced");
    }
    log(state.wish(), keyId, Reason.Ready, "key in use");
    return after;
  }

  private ApiKeyState revoke(ApiKeyState state, Set<String> keyIds, Reason reason) {
    if (keyIds.containsAll(state.usable())) {
      memory.release(state.wish().uid());
    }
    ApiKeyState after =
        submitted(state, new Command.RevokeVersions(state.wish().uid(), keyIds, reason.name()));
    if (reason == Reason.Drained || reason == Reason.DeadlineReached) {
      state.current().ifPresent(now -> count(now.issueReason(), reason.name()));
    }
    keyIds.forEach(keyId -> log(state.wish(), keyId, reason, "key revoked"));
    return after;
  }

  /** Conflicts show in the state that is read back, and the policy sees to them. */
  private ApiKeyState submitted(ApiKeyState state, Command<KeyResult> command) {
    ApiKeyWish wish = state.wish();
    // Should the answer be lost, what was awaited before says nothing about this change.
    memory.settled(wish.uid());
    Committed<KeyResult> committed =
        parts.write(command, Effects.nameOf(wish.namespace(), wish.name()));
    switch (committed.result()) {
      case KeyResult.Written _ -> {}
      case KeyResult.OrganizationMissing _ ->
          throw new StaleStateException("the organization is not in the store");
      case KeyResult.Conflict(var what) -> throw new StaleStateException(what);
    }
    memory.await(wish.uid(), watch(command, state, committed));
    return observer.again(state);
  }

  private void count(String reason, String outcome) {
    metrics.counter("keygate.rotations", "reason", reason, "outcome", outcome).increment();
  }

  private Awaited watch(
      Command<KeyResult> command, ApiKeyState before, Committed<KeyResult> committed) {
    boolean addsOnly =
        switch (command) {
          case Command.IssueVersion _ -> true;
          case Command.ActivateVersion(_, var keyId, _) -> before.usable().equals(Set.of(keyId));
          case Command.PutKey _, Command.RevokeVersions _, Command.RemoveKey _ -> false;
        };
    return addsOnly
        ? finality.watchAddition(committed.position(), committed.knownAtNanos())
        : finality.watch(committed.position(), committed.knownAtNanos());
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
