package dev.keygate.operator.apikey;

import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.finality.Acknowledgement;
import dev.keygate.operator.tree.Tenancy;
import dev.keygate.store.key.KeyHash;
import dev.keygate.store.read.KeyRecord.State;
import dev.keygate.store.read.KeyRecord.Version;
import dev.keygate.store.usage.RotationEvidence.Retiring;
import dev.keygate.store.write.Command.KeySpec;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Decides the next step for an ApiKey.
 *
 * <p>Four choices that others could have made otherwise:
 *
 * <ul>
 *   <li>Revocation comes before everything: an invalid spec, a missing organization or a foreign
 *       Secret does not stop it, nor does an API server that can't be asked about them.
 *   <li>A key whose organization is gone, or whose namespace is no longer granted, is revoked for
 *       good (deny by default), but only on {@linkplain Tenancy.Refused#confirmed() live} evidence:
 *       a cache that lags must not cost a tenant its keys, nor must two manifests that move a grant
 *       and are applied one after the other, so it happens after a short time only. Granted again
 *       later, a new key is issued.
 *   <li>Expiry is not revocation. Gateways refuse an expired key by its time; the key and its
 *       Secret stay, and a later {@code expiresAt} makes the same key valid again. Nothing is
 *       minted for a key that has expired.
 *   <li>Where the Secret is somebody else's, a version that was never delivered is revoked: nobody
 *       can get to it, and nobody should find it usable.
 * </ul>
 */
final class ApiKeyPolicy {

  private ApiKeyPolicy() {}

  static ApiKeyPlan next(ApiKeyState state, Instant now) {
    if (state.wish().revoked()) {
      return withdraw(state, Reason.Revoked);
    }
    return switch (state.tenancy()) {
      case Tenancy.Undecided _ -> new ApiKeyPlan.Settle();
      case Tenancy.Refused(_, _, var confirmed) when !confirmed && !state.usable().isEmpty() ->
          new ApiKeyPlan.ConfirmRefusal();
      case Tenancy.Refused _ when state.endsLater(now) -> new ApiKeyPlan.Settle();
      case Tenancy.Refused(var reason, _, _) -> withdraw(state, reason);
      case Tenancy.Granted(var organizationId, _, _) ->
          provide(state, state.wish().keySpec(organizationId), now);
    };
  }

  /** Also for a resource that is being deleted, once its versions are revoked. */
  static ApiKeyPlan withdraw(ApiKeyState state, Reason reason) {
    Set<String> usable = state.usable();
    if (!usable.isEmpty()) {
      return new ApiKeyPlan.Revoke(usable, reason);
    }
    if (state.secret() instanceof SecretView.Unread) {
      return new ApiKeyPlan.LookAround();
    }
    return switch (state.acknowledgement()) {
      case Acknowledgement.Unknown _ when state.everIssued() -> new ApiKeyPlan.AwaitReplicas();
      case Acknowledgement.Waiting _ when state.everIssued() -> new ApiKeyPlan.Settle();
      case Acknowledgement.Unknown _, Acknowledgement.Waiting _, Acknowledgement.Done _ ->
          state.secret() instanceof SecretView.Ours(var resourceVersion, _, _, _)
              ? new ApiKeyPlan.DeleteSecret(resourceVersion)
              : new ApiKeyPlan.Settle();
    };
  }

  private static ApiKeyPlan provide(ApiKeyState state, KeySpec wanted, Instant now) {
    Set<String> undelivered = state.ids(State.PENDING);
    if (state.secret() instanceof SecretView.Foreign && !undelivered.isEmpty()) {
      return new ApiKeyPlan.Revoke(undelivered, Reason.SecretConflict);
    }
    if (!state.wish().problems().isEmpty() || state.secret() instanceof SecretView.Foreign) {
      // What exists goes on as it is, to its deadline; nothing new begins.
      return overdue(state, now).orElseGet(ApiKeyPlan.Settle::new);
    }
    if (state.stored() != null && !state.stored().equals(wanted)) {
      return new ApiKeyPlan.PutSpec(wanted);
    }
    Optional<Version> delivered = state.delivered();
    if (delivered.isEmpty()) {
      return issue(state, wanted, now);
    }
    String keyId = delivered.get().keyId();
    if (delivered.get().state() == State.PENDING) {
      return new ApiKeyPlan.Activate(keyId, RotationPolicy.overlap(state, delivered.get()));
    }
    return begun(state, wanted, now)
        .or(
            () ->
                ended(
                    state,
                    now,
                    (retiring, reason) -> Optional.of(end(state, keyId, retiring, reason))))
        .or(() -> repaired(state, keyId))
        .or(() -> awaited(state))
        .or(() -> due(state, wanted, now))
        .orElseGet(ApiKeyPlan.Settle::new);
  }

  /**
   * A pending version beside the active one in the Secret. The key of one that this process does
   * not hold is lost; it stays pending until a newer one is in the Secret, since a deposed operator
   * may still deliver it.
   */
  private static Optional<ApiKeyPlan> begun(ApiKeyState state, KeySpec wanted, Instant now) {
    Set<String> pending = state.ids(State.PENDING);
    if (pending.isEmpty()) {
      return Optional.empty();
    }
    Optional<Version> latest = RotationPolicy.begun(state);
    if (latest.isEmpty()) {
      return Optional.of(new ApiKeyPlan.Revoke(pending, Reason.Orphaned));
    }
    Optional<Version> held = state.heldVersion();
    if (held.isPresent()) {
      return Optional.of(deliverOnceSeen(state, held.get()));
    }
    return RotationPolicy.acceptable(state, now)
        ? Optional.of(new ApiKeyPlan.Mint(wanted, Reason.valueOf(latest.get().issueReason())))
        : Optional.empty();
  }

  /**
   * @param end what to do when the retiring versions are drained, or past their deadline
   */
  private static Optional<ApiKeyPlan> ended(
      ApiKeyState state, Instant now, BiFunction<Set<String>, Reason, Optional<ApiKeyPlan>> end) {
    Set<String> retiring = state.ids(State.RETIRING);
    if (retiring.isEmpty()) {
      return Optional.empty();
    }
    Retiring traffic = state.traffic();
    if (traffic == null) {
      return Optional.of(new ApiKeyPlan.LookAtTraffic());
    }
    boolean acceptable = RotationPolicy.acceptable(state, now);
    return switch (RotationPolicy.progress(traffic, state.wish().rotation(), acceptable)) {
      case DELIVERED, ADOPTED, HELD -> Optional.empty();
      case DRAINED -> end.apply(retiring, Reason.Drained);
      case OVERDUE -> end.apply(retiring, Reason.DeadlineReached);
    };
  }

  /** The deadline of a rotation holds whatever has become of the spec or the Secret. */
  private static Optional<ApiKeyPlan> overdue(ApiKeyState state, Instant now) {
    return ended(
        state,
        now,
        (retiring, reason) ->
            reason == Reason.DeadlineReached
                ? Optional.of(new ApiKeyPlan.Revoke(retiring, reason))
                : Optional.empty());
  }

  /** The old key leaves the Secret first; then it is revoked. */
  private static ApiKeyPlan end(
      ApiKeyState state, String keyId, Set<String> retiring, Reason reason) {
    return state.secret() instanceof SecretView.Ours(var resourceVersion, _, var previous, _)
            && previous != null
        ? new ApiKeyPlan.RepairSecret(keyId, resourceVersion, false)
        : new ApiKeyPlan.Revoke(retiring, reason);
  }

  /** Also: no previous key is in the Secret but one that gateways accept. */
  private static Optional<ApiKeyPlan> repaired(ApiKeyState state, String keyId) {
    if (!(state.secret() instanceof SecretView.Ours ours)) {
      return Optional.empty();
    }
    KeyHash previous = ours.previous();
    boolean keep =
        previous == null
            || state.versions().stream()
                .filter(v -> v.state() == State.RETIRING)
                .anyMatch(v -> v.hash().equals(previous));
    return ours.intact() && keep
        ? Optional.empty()
        : Optional.of(
            new ApiKeyPlan.RepairSecret(keyId, ours.resourceVersion(), keep && previous != null));
  }

  private static Optional<ApiKeyPlan> awaited(ApiKeyState state) {
    return state.acknowledgement() instanceof Acknowledgement.Unknown
        ? Optional.of(new ApiKeyPlan.AwaitReplicas())
        : Optional.empty();
  }

  /** One rotation at a time, and none before the revocation that ended the last one is final. */
  private static Optional<ApiKeyPlan> due(ApiKeyState state, KeySpec wanted, Instant now) {
    return state.usable().size() == 1
            && state.acknowledgement() instanceof Acknowledgement.Done
            && RotationPolicy.acceptable(state, now)
        ? RotationPolicy.due(state, now).map(reason -> new ApiKeyPlan.Mint(wanted, reason))
        : Optional.empty();
  }

  /** No usable key is in the Secret. A pending version nobody holds is lost: it goes at the end. */
  private static ApiKeyPlan issue(ApiKeyState state, KeySpec wanted, Instant now) {
    if (state.wish().expired(now)) {
      return new ApiKeyPlan.Settle();
    }
    Optional<Version> held = state.heldVersion();
    if (held.isEmpty()) {
      return new ApiKeyPlan.Mint(wanted, mintReason(state));
    }
    return deliverOnceSeen(state, held.get());
  }

  private static ApiKeyPlan deliverOnceSeen(ApiKeyState state, Version held) {
    return switch (state.acknowledgement()) {
      case Acknowledgement.Unknown _ -> new ApiKeyPlan.AwaitReplicas();
      case Acknowledgement.Waiting waiting when !waiting.reachedAllKnown() ->
          new ApiKeyPlan.Settle();
      case Acknowledgement.Waiting _, Acknowledgement.Done _ ->
          new ApiKeyPlan.Deliver(held.keyId());
    };
  }

  private static Reason mintReason(ApiKeyState state) {
    if (!state.ids(State.ACTIVE, State.RETIRING).isEmpty()) {
      return Reason.SecretLost;
    }
    return state.ids(State.REVOKED).isEmpty() ? Reason.Created : Reason.Reissued;
  }
}
