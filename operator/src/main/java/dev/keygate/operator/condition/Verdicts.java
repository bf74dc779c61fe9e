package dev.keygate.operator.condition;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** All that is said of a resource at one time; nothing new of a type that is not among them. */
public record Verdicts(Map<ConditionType, Verdict> said) {

  public Verdicts {
    said = Map.copyOf(said);
  }

  public Verdicts(Verdict accepted, Verdict programmed, Verdict ready) {
    this(
        Map.of(
            ConditionType.Accepted,
            accepted,
            ConditionType.Programmed,
            programmed,
            ConditionType.Ready,
            ready));
  }

  public Verdicts with(ConditionType type, Verdict verdict) {
    Map<ConditionType, Verdict> more = new EnumMap<>(ConditionType.class);
    more.putAll(said);
    more.put(type, verdict);
    return new Verdicts(more);
  }

  public Optional<Verdict> of(ConditionType type) {
    return Optional.ofNullable(said.get(type));
  }

  public Verdict accepted() {
    return required(ConditionType.Accepted);
  }

  public Verdict programmed() {
    return required(ConditionType.Programmed);
  }

  public Verdict ready() {
    return required(ConditionType.Ready);
  }

  private Verdict required(ConditionType type) {
    return Objects.requireNonNull(said.get(type));
  }
}
