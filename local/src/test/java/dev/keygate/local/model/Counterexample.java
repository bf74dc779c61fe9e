package dev.keygate.local.model;

import java.util.List;

/** The steps to a world in which a gateway would answer though the revocation was called final. */
record Counterexample(List<String> steps) {

  Counterexample {
    steps = List.copyOf(steps);
  }

  static String sentence(String actor, int number, String what) {
    return switch (actor) {
      case "gateway" -> "gateway " + (char) ('A' + number) + " " + what;
      case "operator" -> (number == 0 ? "the operator " : "its successor ") + what;
      default -> (actor + " " + what).strip();
    };
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < steps.size(); i++) {
      text.append("  %2d. %s%n".formatted(i + 1, steps.get(i)));
    }
    return text.append("      and a gateway would still answer").toString();
  }
}
