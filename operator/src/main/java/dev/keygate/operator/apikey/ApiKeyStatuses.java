package dev.keygate.operator.apikey;

import dev.keygate.crds.v1alpha1.ApiKeyStatus;
import dev.keygate.crds.v1alpha1.BindingStatus;
import dev.keygate.crds.v1alpha1.KeyVersionState;
import dev.keygate.crds.v1alpha1.KeyVersionStatus;
import dev.keygate.crds.v1alpha1.RevocationStatus;
import dev.keygate.crds.v1alpha1.UsageStatus;
import dev.keygate.operator.condition.Conditions;
import dev.keygate.operator.condition.Verdicts;
import dev.keygate.operator.status.Revocations;
import dev.keygate.operator.tree.Tenancy;
import dev.keygate.store.read.KeyRecord.State;
import dev.keygate.store.read.KeyRecord.Version;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Builds the status of an ApiKey from what is known of it and from the status before. */
final class ApiKeyStatuses {

  /** Revoked versions that are still shown, the latest ones; the store keeps them all. */
  private static final int REVOKED_SHOWN = 3;

  private ApiKeyStatuses() {}

  /**
   * @param requestedAt when this reconcile saw that the key is to be revoked; null: it did not
   */
  static ApiKeyStatus build(
      ApiKeyState state,
      ApiKeyStatus previous,
      Verdicts verdicts,
      @Nullable Instant requestedAt,
      Instant now) {
    ApiKeyStatus status = new ApiKeyStatus();
    state
        .current()
        .ifPresent(
            version -> {
              status.setKeyId(version.keyId());
              status.setHint(version.hint());
              status.setBinding(new BindingStatus());
              Objects.requireNonNull(status.getBinding()).setName(state.wish().secretName());
            });
    if (state.everIssued()) {
      status.setVersions(versions(state));
      status.setUsage(usage(state));
    }
    if (state.tenancy() instanceof Tenancy.Granted granted) {
      status.setEffectivePermissions(granted.effectivePermissions());
    }
    status.setRotation(RotationReport.status(state, previous.getRotation(), now));
    status.setRevocation(revocation(state, previous, requestedAt));
    status.setObservedGeneration(state.wish().generation());
    status.setConditions(
        Conditions.merge(previous.getConditions(), verdicts, state.wish().generation(), now));
    return status;
  }

  /** As before, with other conditions: for when the store can't be asked. */
  static ApiKeyStatus withConditions(
      ApiKeyStatus previous, Verdicts verdicts, long generation, Instant now) {
    ApiKeyStatus status = new ApiKeyStatus();
    status.setKeyId(previous.getKeyId());
    status.setHint(previous.getHint());
    status.setBinding(previous.getBinding());
    status.setVersions(previous.getVersions());
    status.setUsage(previous.getUsage());
    status.setEffectivePermissions(previous.getEffectivePermissions());
    status.setRotation(previous.getRotation());
    status.setRevocation(previous.getRevocation());
    status.setObservedGeneration(generation);
    status.setConditions(Conditions.merge(previous.getConditions(), verdicts, generation, now));
    return status;
  }

  /** What it says of a revocation is no longer believed: it began when the store says so. */
  static ApiKeyStatus withoutFinality(ApiKeyStatus told) {
    ApiKeyStatus status = new ApiKeyStatus();
    status.setVersions(told.getVersions());
    status.setRotation(told.getRotation());
    status.setConditions(told.getConditions());
    return status;
  }

  /** The same status with the counts of another one, so that the two differ in nothing else. */
  static ApiKeyStatus withUsageOf(ApiKeyStatus from, ApiKeyStatus to) {
    to.setUsage(from.getUsage());
    RotationReport.copyUsage(from.getRotation(), to.getRotation());
    List<KeyVersionStatus> known = Objects.requireNonNullElse(from.getVersions(), List.of());
    for (KeyVersionStatus version :
        Objects.requireNonNullElse(to.getVersions(), List.<KeyVersionStatus>of())) {
      known.stream()
          .filter(old -> Objects.equals(old.getKeyId(), version.getKeyId()))
          .findFirst()
          .ifPresent(
              old -> {
                version.setRequests(old.getRequests());
                version.setLastUsedAt(old.getLastUsedAt());
              });
    }
    return to;
  }

  static KeyVersionState shown(State state) {
    return switch (state) {
      case PENDING -> KeyVersionState.Pending;
      case ACTIVE -> KeyVersionState.Active;
      case RETIRING -> KeyVersionState.Retiring;
      case REVOKED -> KeyVersionState.Revoked;
    };
  }

  private static List<KeyVersionStatus> versions(ApiKeyState state) {
    List<KeyVersionStatus> shown = new ArrayList<>();
    int revoked = 0;
    for (Version version :
        state.versions().stream()
            .sorted(Comparator.comparingInt(Version::number).reversed())
            .toList()) {
      if (version.state() != State.REVOKED || revoked++ < REVOKED_SHOWN) {
        shown.add(version(version));
      }
    }
    return shown;
  }

  private static KeyVersionStatus version(Version version) {
    KeyVersionStatus status = new KeyVersionStatus();
    status.setVersion(version.number());
    status.setKeyId(version.keyId());
    status.setState(shown(version.state()));
    status.setIssuedAt(seconds(version.issuedAt()));
    if (version.state() == State.RETIRING) {
      status.setRetireAt(seconds(version.retireAt()));
    }
    status.setRequests(version.requests());
    status.setLastUsedAt(seconds(version.lastUsedAt()));
    return status;
  }

  private static UsageStatus usage(ApiKeyState state) {
    UsageStatus usage = new UsageStatus();
    usage.setRequests(state.versions().stream().mapToLong(Version::requests).sum());
    usage.setLastUsedAt(seconds(state.lastUsedAt()));
    usage.setTrackingSince(
        seconds(
            state.versions().stream()
                .map(Version::issuedAt)
                .min(Comparator.naturalOrder())
                .orElse(null)));
    return usage;
  }

  /** Whether what the status says of a revocation is about the one that ended the last version. */
  static boolean tellsOfLastRevocation(ApiKeyState state, ApiKeyStatus status) {
    List<KeyVersionStatus> shown = Objects.requireNonNullElse(status.getVersions(), List.of());
    return status.getRevocation() != null
        && state.versions().stream()
            .max(Comparator.comparingInt(Version::number))
            .filter(
                last ->
                    shown.stream()
                        .filter(v -> v.getState() == KeyVersionState.Revoked)
                        .anyMatch(v -> last.keyId().equals(v.getKeyId())))
            .isPresent();
  }

  /** The revocation of the whole key; absent while one of its versions is usable. */
  private static @Nullable RevocationStatus revocation(
      ApiKeyState state, ApiKeyStatus status, @Nullable Instant requestedAt) {
    if (!state.everIssued() || !state.usable().isEmpty()) {
      return null;
    }
    RevocationStatus told = tellsOfLastRevocation(state, status) ? status.getRevocation() : null;
    boolean withdrawn = state.wish().withdrawn() || state.tenancy() instanceof Tenancy.Refused;
    if (!withdrawn) {
      return told;
    }
    Instant requested = requestedAt;
    if (requested == null && told != null && told.getRequestedAt() != null) {
      if (told.getFinalAt() != null) {
        return told;
      }
      requested = Instant.parse(told.getRequestedAt());
    }
    if (requested == null) {
      requested =
          state.versions().stream()
              .map(Version::revokedAt)
              .filter(Objects::nonNull)
              .max(Comparator.naturalOrder())
              .orElse(Instant.EPOCH);
    }
    return Revocations.of(requested, state.acknowledgement());
  }

  static @Nullable String seconds(@Nullable Instant time) {
    return time == null ? null : time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
