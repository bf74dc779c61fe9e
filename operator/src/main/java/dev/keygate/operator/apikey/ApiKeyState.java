package dev.keygate.operator.apikey;

import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.finality.Acknowledgement;
import dev.keygate.operator.tree.Tenancy;
import dev.keygate.store.read.KeyRecord.State;
import dev.keygate.store.read.KeyRecord.Version;
import dev.keygate.store.usage.RotationEvidence.Retiring;
import dev.keygate.store.usage.Straggler;
import dev.keygate.store.write.Command.KeySpec;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is known of an ApiKey at one time.
 *
 * @param stored what the store keeps of the spec; null: it has never seen the key
 * @param versions the store's, oldest first; revoked ones too
 * @param handledRevision the highest rotation revision that a version was minted for
 * @param traffic what is known of the traffic of a retiring version; null: not read yet
 * @param stragglers who used that version since it began to retire, newest first; read with it
 * @param held id of a version whose key this process still has in hand, not yet delivered; null:
 *     none
 * @param acknowledgement of the latest change to this key
 * @param endsAt when the versions of a key that is refused are revoked; null: at once
 */
record ApiKeyState(
    ApiKeyWish wish,
    Tenancy tenancy,
    @Nullable KeySpec stored,
    long handledRevision,
    List<Version> versions,
    @Nullable Retiring traffic,
    List<Straggler> stragglers,
    SecretView secret,
    @Nullable String held,
    Acknowledgement acknowledgement,
    @Nullable Instant endsAt) {

  ApiKeyState {
    versions = List.copyOf(versions);
    stragglers = List.copyOf(stragglers);
  }

  Set<String> usable() {
    return ids(State.PENDING, State.ACTIVE, State.RETIRING);
  }

  Set<String> ids(State... states) {
    Set<State> wanted = Set.of(states);
    return versions.stream()
        .filter(v -> wanted.contains(v.state()))
        .map(Version::keyId)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The usable version whose key is in the Secret. A revoked one in it is no key at all. */
  Optional<Version> delivered() {
    return secret instanceof SecretView.Ours(_, var hash, _, _) && hash != null
        ? versions.stream()
            .filter(v -> v.state() == State.PENDING || v.state() == State.ACTIVE)
            .filter(v -> v.hash().equals(hash))
            .findFirst()
        : Optional.empty();
  }

  /** The version that applications use: active, and in the Secret. */
  Optional<Version> current() {
    return delivered().filter(v -> v.state() == State.ACTIVE);
  }

  Optional<Version> heldVersion() {
    return versions.stream()
        .filter(v -> v.state() == State.PENDING && v.keyId().equals(held))
        .findFirst();
  }

  /** Whether it is refused and still usable, to give a grant that moves the time to arrive. */
  boolean endsLater(Instant now) {
    return tenancy instanceof Tenancy.Refused
        && !usable().isEmpty()
        && endsAt != null
        && now.isBefore(endsAt);
  }

  boolean everIssued() {
    return !versions.isEmpty();
  }

  /** The last use of any version that is stored; null: none. */
  @Nullable Instant lastUsedAt() {
    return versions.stream()
        .map(Version::lastUsedAt)
        .filter(Objects::nonNull)
        .max(Comparator.naturalOrder())
        .orElse(null);
  }

  /**
   * When the key was issued, or issued again after all earlier versions had been revoked; rotations
   * go on with it. Null: never.
   */
  @Nullable Instant issuedSince() {
    return versions.stream()
        .filter(v -> v.number() == 1 || v.issueReason().equals(Reason.Reissued.name()))
        .map(Version::issuedAt)
        .max(Comparator.naturalOrder())
        .orElse(null);
  }

  ApiKeyState with(Acknowledgement latest) {
    return with(tenancy, endsAt, traffic, stragglers, secret, latest);
  }

  ApiKeyState with(Tenancy latest, @Nullable Instant ends) {
    return with(latest, ends, traffic, stragglers, secret, acknowledgement);
  }

  ApiKeyState with(SecretView latest) {
    return with(tenancy, endsAt, traffic, stragglers, latest, acknowledgement);
  }

  ApiKeyState with(Retiring latest, List<Straggler> users) {
    return with(tenancy, endsAt, latest, users, secret, acknowledgement);
  }

  /** What the store says stays the same. */
  private ApiKeyState with(
      Tenancy place,
      @Nullable Instant ends,
      @Nullable Retiring retiring,
      List<Straggler> users,
      SecretView live,
      Acknowledgement reached) {
    return new ApiKeyState(
        wish, place, stored, handledRevision, versions, retiring, users, live, held, reached, ends);
  }
}
