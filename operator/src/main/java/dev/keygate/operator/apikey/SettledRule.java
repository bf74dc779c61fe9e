package dev.keygate.operator.apikey;

import dev.keygate.crds.v1alpha1.ApiKeyStatus;
import dev.keygate.crds.v1alpha1.KeyVersionState;
import dev.keygate.crds.v1alpha1.KeyVersionStatus;
import dev.keygate.operator.condition.ConditionType;
import dev.keygate.operator.condition.Conditions;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether a status already tells that everything in the store was acknowledged. What was
 * acknowledged once stays so: a replica that starts later reads all of it before it serves. This is
 * what lets an operator that starts again look at ten thousand keys and write nothing.
 */
final class SettledRule {

  private SettledRule() {}

  static boolean isSettled(ApiKeyState state, @Nullable ApiKeyStatus status) {
    if (status == null
        || !Conditions.isTrue(
            status.getConditions(), ConditionType.Programmed, state.wish().generation())) {
      return false;
    }
    Set<String> shown =
        Objects.requireNonNullElse(status.getVersions(), List.<KeyVersionStatus>of()).stream()
            .filter(v -> v.getState() != KeyVersionState.Revoked)
            .map(v -> v.getKeyId() + v.getState())
            .collect(Collectors.toSet());
    Set<String> stored =
        state.versions().stream()
            .filter(v -> v.state().usable())
            .map(v -> v.keyId() + ApiKeyStatuses.shown(v.state()))
            .collect(Collectors.toSet());
    return shown.equals(stored) && (!stored.isEmpty() || revocationIsFinal(state, status));
  }

  private static boolean revocationIsFinal(ApiKeyState state, ApiKeyStatus status) {
    return ApiKeyStatuses.tellsOfLastRevocation(state, status)
        && status.getRevocation() != null
        && status.getRevocation().getFinalAt() != null;
  }
}
