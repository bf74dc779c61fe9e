package dev.keygate.operator.organization;

import dev.keygate.crds.v1alpha1.OrganizationStatus;
import dev.keygate.crds.v1alpha1.RevocationStatus;
import dev.keygate.operator.condition.ConditionType;
import dev.keygate.operator.condition.Conditions;
import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.condition.Verdicts;
import dev.keygate.operator.status.Revocations;
import dev.keygate.operator.tree.Node;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Builds the status of an Organization from what is known of it and from the status before. */
final class OrganizationStatuses {

  private OrganizationStatuses() {}

  /**
   * @param children organizations in force directly below
   * @param keys ApiKeys that name it; null: not known yet
   * @param finalStands whether a revocation that the status calls final still is so
   * @param requestedAt when this term last saw a suspension or a move; null: it did not
   */
  static OrganizationStatus build(
      OrganizationState state,
      long children,
      @Nullable Long keys,
      OrganizationStatus previous,
      Verdicts verdicts,
      boolean finalStands,
      @Nullable Instant requestedAt,
      Instant now) {
    OrganizationStatus status = new OrganizationStatus();
    if (state.inForce() != null) {
      List<String> path = state.chain().reversed().stream().map(Node::id).toList();
      status.setId(state.inForce().id());
      status.setPath(path);
      status.setDepth(path.size() - 1);
      status.setPermissions(state.inForce().permissions());
      status.setSuspended(state.inForce().suspended() ? true : null);
    }
    status.setChildren(children);
    status.setApiKeys(keys == null ? previous.getApiKeys() : keys);
    status.setRevocation(revocation(state, previous.getRevocation(), finalStands, requestedAt));
    status.setObservedGeneration(state.wish().generation());
    status.setConditions(
        Conditions.merge(previous.getConditions(), verdicts, state.wish().generation(), now));
    return status;
  }

  /**
   * Whether a suspension or a move is in force that the status does not tell of: whoever wrote it
   * to the store did not live to say so.
   */
  static boolean isUntold(OrganizationState state, @Nullable OrganizationStatus told) {
    Node inForce = state.inForce();
    if (inForce == null
        || !inForce.equals(state.wish().node(state.parent().id()))
        || (told != null
            && Objects.equals(told.getObservedGeneration(), state.wish().generation()))) {
      return false;
    }
    List<Condition> conditions = told == null ? null : told.getConditions();
    boolean saidToBeSuspended =
        Conditions.find(conditions, ConditionType.Ready)
            .filter(ready -> Reason.OrganizationSuspended.name().equals(ready.getReason()))
            .isPresent();
    List<String> path = told == null ? null : told.getPath();
    boolean moved =
        path != null
            && !Objects.equals(
                inForce.parentId(), path.size() < 2 ? null : path.get(path.size() - 2));
    return (inForce.suspended() && !saidToBeSuspended) || moved;
  }

  /** As before, with other conditions: for when the store can't be asked. */
  static OrganizationStatus withConditions(
      OrganizationStatus previous, Verdicts verdicts, long generation, Instant now) {
    OrganizationStatus status = copy(previous);
    status.setObservedGeneration(generation);
    status.setConditions(Conditions.merge(previous.getConditions(), verdicts, generation, now));
    return status;
  }

  /** The same status with the counts of another one, so that the two differ in nothing else. */
  static OrganizationStatus withCountsOf(OrganizationStatus counts, OrganizationStatus rest) {
    OrganizationStatus status = copy(rest);
    status.setChildren(counts.getChildren());
    status.setApiKeys(counts.getApiKeys());
    return status;
  }

  private static OrganizationStatus copy(OrganizationStatus from) {
    OrganizationStatus status = new OrganizationStatus();
    status.setId(from.getId());
    status.setPath(from.getPath());
    status.setDepth(from.getDepth());
    status.setPermissions(from.getPermissions());
    status.setSuspended(from.getSuspended());
    status.setChildren(from.getChildren());
    status.setApiKeys(from.getApiKeys());
    status.setRevocation(from.getRevocation());
    status.setObservedGeneration(from.getObservedGeneration());
    status.setConditions(from.getConditions());
    return status;
  }

  /** Of the last suspension or move; a predecessor may have begun to tell of it. */
  private static @Nullable RevocationStatus revocation(
      OrganizationState state,
      @Nullable RevocationStatus told,
      boolean finalStands,
      @Nullable Instant requestedAt) {
    boolean toldIsFinal = finalStands && told != null && told.getFinalAt() != null;
    if (requestedAt != null) {
      boolean same = told != null && Revocations.millis(requestedAt).equals(told.getRequestedAt());
      return same && toldIsFinal ? told : Revocations.of(requestedAt, state.acknowledgement());
    }
    return told == null || toldIsFinal || told.getRequestedAt() == null
        ? told
        : Revocations.of(Instant.parse(told.getRequestedAt()), state.acknowledgement());
  }
}
