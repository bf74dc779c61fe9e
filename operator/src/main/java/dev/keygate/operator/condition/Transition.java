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
   * that nothing is known yet.
   */
  public static Optional<Transition> between(
      @Nullable List<Condition> previous, Verdicts verdicts) {
    boolean ready = changed(previous, ConditionType.Ready, verdicts);
    if (ready
        && verdicts.ready().reason() != Reason.NotAccepted
        && verdicts.ready().reason() != Reason.NotProgrammed) {
      return told(ConditionType.Ready, verdicts);
    }
    for (ConditionType type : List.of(ConditionType.Accepted, ConditionType.Programmed)) {
      if (changed(previous, type, verdicts) && !verdicts.of(type).isTrue()) {
        return told(type, verdicts);
      }
    }
    return ready ? told(ConditionType.Ready, verdicts) : Optional.empty();
  }

  public boolean isWarning() {
    return !verdict.isTrue();
  }

  private static Optional<Transition> told(ConditionType type, Verdicts verdicts) {
    Verdict verdict = verdicts.of(type);
    return verdict.reason() == Reason.Pending
        ? Optional.empty()
        : Optional.of(new Transition(type, verdict));
  }

  private static boolean changed(
      @Nullable List<Condition> previous, ConditionType type, Verdicts verdicts) {
    Verdict verdict = verdicts.of(type);
    return Conditions.find(previous, type)
        .filter(old -> verdict.status().name().equals(old.getStatus()))
        .filter(old -> verdict.reason().name().equals(old.getReason()))
        .isEmpty();
  }
}
