package dev.keygate.operator.instance;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.crds.v1alpha1.ApiKeySpec;
import dev.keygate.crds.v1alpha1.ApiKeyStatus;
import dev.keygate.crds.v1alpha1.KeyVersionState;
import dev.keygate.crds.v1alpha1.KeyVersionStatus;
import dev.keygate.operator.apikey.Rfc3339;
import dev.keygate.store.key.KeyHash;
import dev.keygate.store.read.KeyRecord;
import dev.keygate.store.write.Command.KeySpec;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which versions of a PostgreSQL that lost changes may still be used, and for what. Only those for
 * which a resource speaks: what is not known to be good may have been revoked in the time that was
 * lost.
 */
final class RestoreRule {

  private RestoreRule() {}

  /** What speaks against a version. */
  enum Verdict {
    USABLE,

    /** A resource says that it has ended. */
    ENDED,

    /** No resource speaks of it; one that is missing by mistake would not either. */
    UNKNOWN
  }

  /**
   * @param live the ApiKey of this UID; null: there is none
   * @param inSecret hashes of the keys in its live Secret, asked only when the status does not know
   *     the version
   */
  static Verdict judge(
      @Nullable ApiKey live, KeyRecord.Version version, Supplier<Set<KeyHash>> inSecret) {
    if (live == null) {
      return Verdict.UNKNOWN;
    }
    if (live.isMarkedForDeletion()
        || (live.getSpec() != null && Boolean.TRUE.equals(live.getSpec().getRevoked()))) {
      return Verdict.ENDED;
    }
    List<KeyVersionStatus> shown = shown(live.getStatus());
    Optional<KeyVersionStatus> told =
        shown.stream().filter(v -> version.keyId().equals(v.getKeyId())).findFirst();
    if (told.isPresent()) {
      return told.get().getState() == KeyVersionState.Revoked ? Verdict.ENDED : Verdict.USABLE;
    }
    // The status shows every usable version: an old one that it does not show was revoked. Only one
    // that is newer than all of them can be there because the status was not written yet.
    boolean newer =
        shown.stream()
            .map(KeyVersionStatus::getVersion)
            .filter(Objects::nonNull)
            .allMatch(number -> version.number() > number);
    if (!newer) {
      return Verdict.ENDED;
    }
    return inSecret.get().contains(version.hash()) ? Verdict.USABLE : Verdict.UNKNOWN;
  }

  /** As stored, but with what the resource says of permissions and expiry. */
  static KeySpec spec(ApiKey live, KeySpec stored) {
    ApiKeySpec spec = Objects.requireNonNullElseGet(live.getSpec(), ApiKeySpec::new);
    return new KeySpec(
        stored.uid(),
        stored.namespace(),
        stored.name(),
        stored.organizationId(),
        stored.environment(),
        Objects.requireNonNullElse(spec.getPermissions(), List.of()),
        expiry(spec.getExpiresAt(), stored.expiresAt()));
  }

  /** As stored, where the resource says no time that can be read. */
  private static @Nullable Instant expiry(@Nullable String text, @Nullable Instant stored) {
    try {
      return text == null ? null : Rfc3339.parse(text);
    } catch (DateTimeException e) {
      return stored;
    }
  }

  private static List<KeyVersionStatus> shown(@Nullable ApiKeyStatus status) {
    return status == null || status.getVersions() == null ? List.of() : status.getVersions();
  }
}
