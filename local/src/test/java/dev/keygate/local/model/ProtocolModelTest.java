package dev.keygate.local.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * After a revocation is called final no gateway answers a request with that key: in every world
 * that the model can reach, and no longer in all of them when any one rule is left out. Prints how
 * many worlds it saw, and each counterexample. The larger worlds take some minutes and 1 GB of
 * heap; they belong to the long run, {@code -Pfaults}.
 */
class ProtocolModelTest {

  /**
   * The smallest worlds in which leaving out the rule is seen. None is known for
   * LEASE_ENDS_WITH_THE_REGISTRATION, see {@link #holdsWhenALeaseOutlivesItsRegistration}.
   */
  private static final Map<Rule, Bounds> WHERE_IT_MATTERS = new EnumMap<>(Rule.class);

  static {
    Bounds one = Bounds.of(1, 1);
    Bounds failover = one.failovers(1).changes(2);
    Bounds successor = Bounds.of(1, 2);
    WHERE_IT_MATTERS.putAll(
        Map.ofEntries(
            Map.entry(Rule.REGISTRATION_IS_A_COMMIT_OF_ITS_OWN, one),
            Map.entry(Rule.RENEWAL_ONLY_UPDATES, one),
            Map.entry(Rule.ROW_STAYS_FOR_THE_LEASE, one),
            Map.entry(Rule.LEASE_COUNTS_FROM_BEFORE_SENDING, one),
            Map.entry(Rule.VIEW_REACHES_THE_HEAD, one),
            Map.entry(Rule.WAIT_COUNTS_FROM_KNOWING, one),
            Map.entry(Rule.LEASE_COMES_FROM_THE_STORE, one),
            Map.entry(Rule.LONGER_LEASE_COUNTS_AFTER_A_CHANGE, successor.leases(2, 1)),
            Map.entry(Rule.ONE_ID_PER_START, Bounds.of(2, 1)),
            Map.entry(Rule.ROWS_ARE_READ_AFTER_KNOWING, one),
            Map.entry(Rule.WRITES_ARE_FENCED, successor.changes(2).withStaleCommand()),
            Map.entry(Rule.REMOVALS_ARE_FENCED, successor.leases(1, 2)),
            Map.entry(Rule.CHECKED_AGAIN_AT_THE_ANSWER, one.withRequests()),
            Map.entry(Rule.EVENT_LOOPS_PASS_BEFORE_ACKNOWLEDGING, one.withRequests()),
            Map.entry(Rule.INSTANCE_IS_VOUCHED_FOR, failover),
            Map.entry(Rule.ANCHOR_IS_LOOKED_UP, failover),
            Map.entry(Rule.ANCHOR_IS_CLAIMED, successor.failovers(1)),
            Map.entry(Rule.NEW_INSTANCE_WAITS_FOR_LEASES, failover),
            Map.entry(Rule.SUCCESSOR_WAITS_TOO, successor.failovers(1)),
            Map.entry(Rule.POSITIONS_CARRY_THE_CHANGE_ID, failover),
            Map.entry(Rule.KNOWLEDGE_IS_OF_ONE_INSTANCE, failover)));
  }

  @ParameterizedTest(name = "final is final with {0}")
  @MethodSource("worlds")
  void holdsWithAllRules(Bounds bounds) {
    assertHolds(bounds, EnumSet.allOf(Rule.class));
  }

  @ParameterizedTest(name = "a gateway answers after all without rule {0}: {1}")
  @MethodSource("rules")
  void violatedWhenARuleIsLeftOut(String number, Rule left, Bounds bounds) {
    Exploration exploration = explore(bounds, EnumSet.complementOf(EnumSet.of(left)));

    assertThat(exploration).isInstanceOf(Exploration.Violated.class);
    print(bounds + ", without " + left + " (" + number + ")", exploration);
  }

  /**
   * The one part of the ten rules that is not needed: a row goes only when no lease of it can run
   * any more, or is lost together with its instance, after which the operator waits for the leases.
   * It stays in the protocol for rows that somebody removes by hand.
   */
  @ParameterizedTest(name = "final is final with {0}, also if a lease outlives its registration")
  @MethodSource("withLostRows")
  void holdsWhenALeaseOutlivesItsRegistration(Bounds bounds) {
    assertHolds(bounds, EnumSet.complementOf(EnumSet.of(Rule.LEASE_ENDS_WITH_THE_REGISTRATION)));
  }

  @Test
  void everyOtherRuleIsLeftOutOnce() {
    assertThat(WHERE_IT_MATTERS.keySet())
        .isEqualTo(EnumSet.complementOf(EnumSet.of(Rule.LEASE_ENDS_WITH_THE_REGISTRATION)));
  }

  @Test
  void counterexampleNamesEachStepWhenRegistrationAndRenewalAreOne() {
    Exploration exploration =
        explore(
            Bounds.of(1, 1),
            EnumSet.complementOf(EnumSet.of(Rule.REGISTRATION_IS_A_COMMIT_OF_ITS_OWN)));

    assertThat(((Exploration.Violated) exploration).counterexample().steps())
        .containsExactly(
            "gateway A reads everything",
            "gateway A sends a renewal, which reads the head",
            "the operator commits the revocation",
            "the operator knows that the revocation is committed",
            "the operator calls it final",
            "gateway A has its renewal committed",
            "gateway A has a lease for 2");
  }

  /** Not a test that is skipped in the short run: there it has fewer worlds. */
  static Stream<Bounds> worlds() {
    boolean longRun = "long".equals(System.getProperty("keygate.faults"));
    return Stream.concat(small().stream(), longRun ? large().stream() : Stream.empty());
  }

  private static List<Bounds> small() {
    return List.of(
        Bounds.of(2, 2),
        Bounds.of(3, 1),
        Bounds.of(2, 1).withRequests(),
        Bounds.of(1, 2).changes(2).withStaleCommand(),
        Bounds.of(1, 2).leases(2, 1),
        Bounds.of(1, 2).leases(1, 2),
        Bounds.of(1, 2).failovers(1),
        Bounds.of(1, 1).failovers(1).changes(2).withRequests());
  }

  /** A row can go under a gateway that has a lease only together with its instance. */
  static List<Bounds> withLostRows() {
    return List.of(
        Bounds.of(2, 1),
        Bounds.of(1, 2).failovers(1),
        Bounds.of(1, 1).failovers(1).changes(2).withRequests());
  }

  private static List<Bounds> large() {
    return List.of(
        Bounds.of(2, 2).changes(2),
        Bounds.of(3, 2),
        Bounds.of(2, 1).failovers(1),
        Bounds.of(1, 2).failovers(1).changes(2).withRequests(),
        Bounds.of(1, 1).failovers(2).changes(2));
  }

  static Stream<Arguments> rules() {
    return WHERE_IT_MATTERS.entrySet().stream()
        .map(each -> arguments(each.getKey().number(), each.getKey(), each.getValue()));
  }

  private static void assertHolds(Bounds bounds, EnumSet<Rule> rules) {
    Exploration exploration = explore(bounds, rules);

    print(bounds.toString(), exploration);
    assertThat(exploration).isInstanceOf(Exploration.Holds.class);
  }

  private static Exploration explore(Bounds bounds, EnumSet<Rule> rules) {
    return Explorer.explore(new Model(bounds, rules));
  }

  private static void print(String what, Exploration exploration) {
    String seen = "protocol model: %s: %,d states".formatted(what, exploration.states());
    System.out.println(
        switch (exploration) {
          case Exploration.Holds holds -> seen + ", final is final";
          case Exploration.Violated(var states, var steps) ->
              seen + "; the shortest way to a violation:\n" + steps;
        });
  }
}
