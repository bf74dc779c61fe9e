package dev.keygate.operator.organization;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.operator.condition.Verdicts;
import dev.keygate.operator.finality.Acknowledgement;
import dev.keygate.operator.tree.Node;
import dev.keygate.store.write.Command.OrganizationResult;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OrganizationPolicyTest {

  private static final Acknowledgement UNKNOWN = new Acknowledgement.Unknown();
  private static final Acknowledgement FINAL = new Acknowledgement.Final(1, 1, Instant.EPOCH);
  private static final Acknowledgement WAITING =
      new Acknowledgement.Waiting(0, 1, List.of("gateway-1"));
  private static final OrganizationWish ACME =
      new OrganizationWish("uid-acme", "acme", 1, "acme", "Acme", "root", null, false);
  private static final Parent ROOT = new Parent.InForce("root");

  @Test
  void nextPutsWhenItIsNotInForceAsWanted() {
    assertThat(OrganizationPolicy.next(state(ROOT, null, null, UNKNOWN)))
        .isEqualTo(new OrganizationPlan.Put(ACME.put("root")));
    assertThat(
            OrganizationPolicy.next(
                state(new Parent.InForce("other"), ACME.node("root"), null, FINAL)))
        .isEqualTo(new OrganizationPlan.Put(ACME.put("other")));
  }

  @Test
  void nextAwaitsReplicasOnceWritten() {
    assertThat(
            OrganizationPolicy.next(
                state(ROOT, ACME.node("root"), new OrganizationResult.Written(), UNKNOWN)))
        .isEqualTo(new OrganizationPlan.AwaitReplicas());
  }

  @Test
  void nextSettlesWhenAcknowledgedOrStillWaiting() {
    for (Acknowledgement acknowledgement : List.of(FINAL, WAITING)) {
      assertThat(OrganizationPolicy.next(state(ROOT, ACME.node("root"), null, acknowledgement)))
          .isEqualTo(new OrganizationPlan.Settle());
    }
  }

  @ParameterizedTest(name = "{0}: {3}")
  @MethodSource("refusals")
  void nextSettlesAndTheConditionsSayWhyWhenRefused(
      String what, Parent parent, @Nullable OrganizationResult answer, String expected) {
    OrganizationState state = state(parent, null, answer, UNKNOWN);

    assertThat(OrganizationPolicy.next(state)).isEqualTo(new OrganizationPlan.Settle());
    assertThat(said(OrganizationConditions.of(state)))
        .isEqualTo(expected + " Unknown/Pending False/NotAccepted");
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of("no parent", new Parent.Missing("root"), null, "False/OrganizationNotFound"),
        Arguments.of(
            "a refused parent",
            new Parent.NotInForce("root"),
            null,
            "False/OrganizationNotAccepted"),
        Arguments.of(
            "a cycle among new ones",
            new Parent.Cycle(List.of("acme", "root", "acme")),
            null,
            "False/ParentCycle"),
        Arguments.of(
            "a cycle that the store sees",
            ROOT,
            new OrganizationResult.Cycle(List.of("acme", "root", "acme")),
            "False/ParentCycle"),
        Arguments.of(
            "an id that is taken",
            ROOT,
            new OrganizationResult.DuplicateId("owner"),
            "False/Invalid"),
        Arguments.of(
            "another id while something depends on the one of before",
            ROOT,
            new OrganizationResult.HasDependents(1, 2),
            "False/Invalid"),
        Arguments.of(
            "a parent that went away",
            ROOT,
            new OrganizationResult.ParentMissing(),
            "False/OrganizationNotFound"));
  }

  @Test
  void ofNamesTheOwnerWhenTheIdIsTaken() {
    assertThat(
            OrganizationConditions.of(
                    state(ROOT, null, new OrganizationResult.DuplicateId("globex"), UNKNOWN))
                .accepted()
                .message())
        .contains("globex");
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("states")
  void ofSaysHowItStands(String what, OrganizationState state, String expected) {
    assertThat(said(OrganizationConditions.of(state))).isEqualTo(expected);
  }

  static Stream<Arguments> states() {
    Node node = ACME.node("root");
    return Stream.of(
        Arguments.of(
            "in force", state(ROOT, node, null, FINAL), "True/Accepted True/Programmed True/Ready"),
        Arguments.of(
            "a replica lags",
            state(ROOT, node, null, WAITING),
            "True/Accepted False/AwaitingReplicas False/NotProgrammed"),
        Arguments.of(
            "suspended",
            state(ROOT, node.withSuspended(true), null, FINAL),
            "True/Accepted True/Programmed False/OrganizationSuspended"));
  }

  @Test
  void blockedNamesAFewOfThoseItWaitsFor() {
    OrganizationState state =
        new OrganizationState(
            ACME,
            ROOT,
            ACME.node("root"),
            List.of(ACME.node("root")),
            List.of("acme-eu"),
            List.of("a/1", "a/2", "a/3", "a/4", "a/5"),
            null,
            FINAL);

    assertThat(OrganizationConditions.blocked(state).ready().message())
        .contains("Organization acme-eu")
        .contains("ApiKey a/1, a/2, a/3 and 2 more");
  }

  private static OrganizationState state(
      Parent parent,
      @Nullable Node inForce,
      @Nullable OrganizationResult answer,
      Acknowledgement acknowledgement) {
    return new OrganizationState(
        ACME,
        parent,
        inForce,
        inForce == null ? List.of() : List.of(inForce),
        List.of(),
        List.of(),
        answer,
        acknowledgement);
  }

  private static String said(Verdicts verdicts) {
    return String.join(
        " ",
        Stream.of(verdicts.accepted(), verdicts.programmed(), verdicts.ready())
            .map(v -> v.status() + "/" + v.reason())
            .toList());
  }
}
