package dev.keygate.operator.organization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keygate.crds.v1alpha1.Organization;
import dev.keygate.crds.v1alpha1.OrganizationStatus;
import dev.keygate.crds.v1alpha1.RevocationStatus;
import dev.keygate.operator.condition.ConditionType;
import dev.keygate.operator.condition.Conditions;
import dev.keygate.operator.condition.Reason;
import dev.keygate.store.write.Command;
import dev.keygate.store.write.Command.OrganizationResult;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OrganizationReconcilerTest {

  private final OrganizationWorld world = new OrganizationWorld();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void reconcileWakesTheKeysOfAChangedGrantWhenTheStoreIsAway() throws InterruptedException {
    // Given
    world.reconcile(world.organization(1));
    assertThat(world.woken()).isPositive();
    Organization changed = world.organization(2);
    changed.getSpec().setSuspended(true);

    // When
    world.answers(null).reconcile(changed);

    // Then
    assertThat(world.woken()).isPositive();
  }

  @Test
  void reconcileWakesTheKeysWhenTheGrantChangedBeforeItsFirstSight() throws InterruptedException {
    // Given: in force and told of by another leader.
    world.reconcile(world.organization(1));
    world.woken();
    var status = Objects.requireNonNull(world.status);

    // When, Then
    status.setObservedGeneration(0L);
    try (OrganizationWorld next = new OrganizationWorld()) {
      next.status = status;
      next.answers(null).reconcile(next.organization(1));
      assertThat(next.woken()).isPositive();
    }
  }

  @Test
  void reconcileLooksAgainSoonWhenTheStoreRefuses() throws InterruptedException {
    world.answers(new OrganizationResult.DuplicateId("globex"));

    assertThat(world.reconcile(world.organization(1)).getScheduleDelay())
        .hasValueSatisfying(delay -> assertThat(delay).isLessThanOrEqualTo(60_000));
  }

  @Test
  void reconcileCallsTheSpecInvalidWhenTheStoreRejectsAValue() throws InterruptedException {
    // When
    world.rejects().reconcile(world.organization(1));

    // Then
    assertThat(condition(ConditionType.Accepted))
        .satisfies(
            accepted -> {
              assertThat(accepted.getStatus()).isEqualTo("False");
              assertThat(accepted.getReason()).isEqualTo(Reason.Invalid.name());
            });
  }

  @Test
  void cleanupSuspendsAndWaitsForReplicasWhenItsDeletionIsBlocked() throws InterruptedException {
    // Given
    world.reconcile(world.organization(1));
    world.commands.clear();
    Organization deleted = world.organization(2);
    deleted.getSpec().setSuspended(true);

    // When
    world
        .answers(new OrganizationResult.HasDependents(0, 1))
        .replicas(OrganizationWorld.GATEWAY)
        .cleanup(deleted);

    // Then
    assertThat(world.commands)
        .hasAtLeastOneElementOfType(Command.PutOrganization.class)
        .filteredOn(Command.PutOrganization.class::isInstance)
        .allSatisfy(put -> assertThat(((Command.PutOrganization) put).suspended()).isTrue());
    assertThat(condition(ConditionType.Programmed).getReason())
        .isEqualTo(Reason.AwaitingReplicas.name());
    assertThat(condition(ConditionType.Ready).getReason()).isEqualTo(Reason.DeletionBlocked.name());
    assertThat(condition(ConditionType.Ready).getMessage()).contains("its keys are refused");
  }

  @Test
  void cleanupSaysHowToRefuseTheKeysOfAnOrganizationWhoseDeletionIsBlocked()
      throws InterruptedException {
    world.reconcile(world.organization(1));

    world.answers(new OrganizationResult.HasDependents(0, 1)).cleanup(world.organization(2));

    assertThat(condition(ConditionType.Ready).getMessage())
        .contains("its keys are accepted", "spec.suspended to true");
  }

  @Test
  void reconcileTakesFinalAtBackUntilItIsSoAgainWhenPostgresLostChanges()
      throws InterruptedException {
    // Given: a suspension that was final.
    world.reconcile(suspended(world));
    RevocationStatus told = revocation(world);
    assertThat(told.getFinalAt()).isNotNull();

    // When, Then: leases of before may still run.
    OrganizationStatus waiting;
    try (OrganizationWorld restored = OrganizationWorld.restored(Duration.ofMinutes(2))) {
      restored.status = world.status;
      restored.inForce(suspended(restored)).reconcile(suspended(restored));
      assertThat(revocation(restored).getFinalAt()).isNull();
      assertThat(revocation(restored).getRequestedAt()).isEqualTo(told.getRequestedAt());
      waiting = Objects.requireNonNull(restored.status);
    }

    // When, Then: they have run out, and from here on it stands.
    try (OrganizationWorld later = OrganizationWorld.restored(Duration.ZERO)) {
      later.status = waiting;
      later.inForce(suspended(later)).reconcile(suspended(later));
      String again = revocation(later).getFinalAt();
      assertThat(again).isNotNull();
      later.replicas(OrganizationWorld.GATEWAY).reconcile(suspended(later));
      assertThat(revocation(later).getFinalAt()).isEqualTo(again);
    }
  }

  @Test
  void reconcileEndsASuspensionThatBecameFinalBetweenTwoReconciles() throws InterruptedException {
    // Given: lifted, and one gateway does not know it yet.
    world.reconcile(suspended(world));
    world.replicas(OrganizationWorld.GATEWAY).reconcile(world.organization(2));
    assertThat(condition(ConditionType.Ready).getReason())
        .isEqualTo(Reason.OrganizationSuspended.name());

    // When
    world.replicas();
    await().until(world::isFinal);
    world.reconcile(world.organization(2));

    // Then
    assertThat(condition(ConditionType.Ready).getStatus()).isEqualTo("True");
  }

  private static Organization suspended(OrganizationWorld world) {
    Organization organization = world.organization(1);
    organization.getSpec().setSuspended(true);
    return organization;
  }

  private static RevocationStatus revocation(OrganizationWorld world) {
    return Objects.requireNonNull(Objects.requireNonNull(world.status).getRevocation());
  }

  private Condition condition(ConditionType type) {
    return Conditions.find(Objects.requireNonNull(world.status).getConditions(), type)
        .orElseThrow();
  }
}
