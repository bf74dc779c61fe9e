package dev.keygate.operator.organization;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.crds.v1alpha1.OrganizationStatus;
import dev.keygate.operator.finality.Acknowledgement;
import dev.keygate.operator.tree.Node;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OrganizationStatusesTest {

  private static final long GENERATION = 2;

  @Test
  void isUntoldWhenAPredecessorSuspendedItAndDied() {
    assertThat(OrganizationStatuses.isUntold(state(true, null), told(1, "Ready", "acme"))).isTrue();
  }

  @Test
  void isUntoldWhenAPredecessorMovedItAndDied() {
    assertThat(OrganizationStatuses.isUntold(state(false, "other"), told(1, "Ready", "acme")))
        .isTrue();
  }

  @Test
  void nothingIsUntoldWhenTheStatusSpeaksOfThisGeneration() {
    assertThat(OrganizationStatuses.isUntold(state(true, null), told(GENERATION, "Ready", "acme")))
        .isFalse();
  }

  @Test
  void nothingIsUntoldWhenItWasSuspendedBefore() {
    assertThat(
            OrganizationStatuses.isUntold(
                state(true, null), told(1, "OrganizationSuspended", "acme")))
        .isFalse();
  }

  @Test
  void nothingIsUntoldWhenNothingWasTakenAway() {
    assertThat(
            OrganizationStatuses.isUntold(state(false, "other"), told(1, "Ready", "other", "acme")))
        .isFalse();
    assertThat(OrganizationStatuses.isUntold(state(false, null), null)).isFalse();
  }

  private static OrganizationState state(boolean suspended, @Nullable String parent) {
    OrganizationWish wish =
        new OrganizationWish("uid", "acme", GENERATION, "acme", "Acme", parent, null, suspended);
    Node inForce = wish.node(parent);
    return new OrganizationState(
        wish,
        parent == null ? new Parent.None() : new Parent.InForce(parent),
        inForce,
        List.of(inForce),
        List.of(),
        List.of(),
        null,
        new Acknowledgement.Unknown());
  }

  private static OrganizationStatus told(long generation, String ready, String... path) {
    Condition condition =
        new ConditionBuilder()
            .withType("Ready")
            .withStatus("Ready".equals(ready) ? "True" : "False")
            .withReason(ready)
            .withObservedGeneration(generation)
            .build();
    OrganizationStatus status = new OrganizationStatus();
    status.setObservedGeneration(generation);
    status.setConditions(List.of(condition));
    status.setPath(List.of(path));
    return status;
  }
}
