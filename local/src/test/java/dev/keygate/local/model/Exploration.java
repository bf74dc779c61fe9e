package dev.keygate.local.model;

/** What came of visiting every world. */
sealed interface Exploration {

  /** How many worlds were seen. */
  int states();

  /** No world that can be reached violates the invariant. */
  record Holds(int states) implements Exploration {}

  record Violated(int states, Counterexample counterexample) implements Exploration {}
}
