package dev.keygate.operator.condition;

/** All that is said of a resource at one time. */
public record Verdicts(Verdict accepted, Verdict programmed, Verdict ready) {

  public Verdict of(ConditionType type) {
    return switch (type) {
      case Accepted -> accepted;
      case Programmed -> programmed;
      case Ready -> ready;
    };
  }
}
