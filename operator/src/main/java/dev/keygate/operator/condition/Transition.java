package dev.keygate.operator.condition;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The most telling change between two sets of conditions, for the one Event that a reconcile emits.
 */
public record Transition(ConditionType type, Verdict verdict) {

  /**
   * A change of Ready tells most, and NotAccepted and NotProgrammed only repeat what the condition
   * they point to says better. Empty when no status or reason changed, or when all that is known is
   * that nothing is known yet. A rotation that ended at its deadline has an Event of its own, which
   * no other change may hide.
   */
  public static Optional<Transition> between(
      @Nullable List<Condition> previous, Verdicts verdicts) {
    boolean ready = changed(previous, ConditionType.Ready, verdicts);
    if (ready
        && verdicts
            .of(ConditionType.Ready)
            .filter(verdict -> verdict.reason() != Reason.NotAccepted)
            .filter(verdict -> verdict.reason() != Reason.NotProgrammed)
            .isPresent()) {
      return told(ConditionType.Ready, verdicts);
    }
    for (ConditionType type : List.of(ConditionType.Accepted, ConditionType.Programmed)) {
      if (changed(previous, type, verdicts)
          && verdicts.of(type).filter(verdict -> !verdict.isTrue()).isPresent()) {
        return told(type, verdicts);
      }
    }
    if (ready) {
      return told(ConditionType.Ready, verdicts);
    }
    return changed(previous, ConditionType.Rotating, verdicts)
        ? told(ConditionType.Rotating, verdicts)
            .filter(change -> change.verdict().reason() != Reason.DeadlineReached)
        : Optional.empty();
  }

  public boolean isWarning() {
    return type == ConditionType.Rotating ? verdict.reason() == Reason.Held : !verdict.isTrue();
  }

  private static Optional<Transition> told(ConditionType type, Verdicts verdicts) {
    return verdicts
        .of(type)
        .filter(verdict -> verdict.reason() != Reason.Pending)
        .map(verdict -> new Transition(type, verdict));
  }

  private static boolean changed(
      @Nullable List<Condition> previous, ConditionType type, Verdicts verdicts) {
    Optional<Verdict> said = verdicts.of(type);
    if (said.isEmpty()) {
      return false;
    }
    Verdict verdict = said.get();
    return Conditions.find(previous, type)
        .filter(old -> verdict.status().name().equals(old.getStatus()))
        .filter(old -> verdict.reason().name().equals(old.getReason()))
        .isEmpty();
  }
}
