package dev.keygate.operator.apikey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.finality.Acknowledgement;
import dev.keygate.operator.tree.Tenancy;
import dev.keygate.store.read.KeyRecord.State;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyPolicyTest {

  private static final Tenancy GONE =
      new Tenancy.Refused(Reason.OrganizationNotFound, "gone", false);

  private final KeyWorld world = new KeyWorld();

  @Test
  void nextIssuesInFiveStepsWhenTheKeyIsNew() {
    assertThat(world.settle())
        .extracting(plan -> plan.getClass().getSimpleName())
        .containsExactly("Mint", "AwaitReplicas", "Deliver", "Activate", "AwaitReplicas");
    assertThat(world.state().current()).isPresent();
  }

  @Test
  void nextDoesNothingWhenTheKeyIsIssuedAndAcknowledged() {
    world.issued();

    assertThat(world.settle()).isEmpty();
  }

  @ParameterizedTest(name = "killed after step {0} of issuing")
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void nextLeadsToOneKeyInUseWhenTheProcessWasKilled(int steps) {
    // Given
    world.settle(steps);
    world.crash();

    // When
    world.settle();

    // Then
    assertThat(world.state().current()).isPresent();
    assertThat(world.state().usable()).hasSize(1);
    assertThat(world.minted()).isEqualTo(steps == 1 || steps == 2 ? 2 : 1);
  }

  @Test
  void nextRevokesTheOrphanOnlyAfterTheNewKeyIsInTheSecret() {
    // Given
    world.settle(2);
    world.crash();

    // When
    List<ApiKeyPlan> steps = world.settle();

    // Then
    assertThat(steps)
        .extracting(plan -> plan.getClass().getSimpleName())
        .startsWith("Mint", "AwaitReplicas", "Deliver", "Activate");
    assertThat(world.state().ids(State.REVOKED)).containsExactly("key-1");
  }

  @Test
  void nextWaitsWithTheKeyInHandWhenAReplicaHasNotAcknowledged() {
    world.settle(1);
    world.acknowledgement(new Acknowledgement.Waiting(0, 1, List.of("gateway-1")));

    assertThat(world.settle()).isEmpty();
    assertThat(world.state().secret()).isInstanceOf(SecretView.Absent.class);
  }

  @Test
  void nextRevokesBeforeAnythingElseWhenRevoked() {
    // Given
    world.issued().revoked(true).tenancy(GONE).problems("spec.expiresAt is not a time");

    // When
    List<ApiKeyPlan> steps = world.settle();

    // Then
    assertThat(steps)
        .containsExactly(
            new ApiKeyPlan.Revoke(Set.of("key-1"), Reason.Revoked),
            new ApiKeyPlan.LookAround(),
            new ApiKeyPlan.AwaitReplicas(),
            new ApiKeyPlan.DeleteSecret("1"));
    assertThat(world.state().usable()).isEmpty();
  }

  @Test
  void nextKeepsTheSecretUntilTheRevocationIsFinal() {
    world.issued().revoked(true).settle(2);
    world.acknowledgement(new Acknowledgement.Waiting(0, 1, List.of("gateway-1")));

    assertThat(world.settle()).isEmpty();
    assertThat(world.state().secret()).isInstanceOf(SecretView.Ours.class);
  }

  @Test
  void nextMintsANewKeyWhenARevocationIsTakenBack() {
    world.issued().revoked(true).settle();

    List<ApiKeyPlan> steps = world.revoked(false).settle();

    assertThat(steps.getFirst())
        .isInstanceOfSatisfying(
            ApiKeyPlan.Mint.class, mint -> assertThat(mint.reason()).isEqualTo(Reason.Reissued));
    assertThat(world.state().current())
        .hasValueSatisfying(version -> assertThat(version.keyId()).isEqualTo("key-2"));
  }

  @Test
  void nextMintsAndThenRevokesTheOldKeyWhenTheSecretWasDeleted() {
    // Given
    world.issued().secret(new SecretView.Absent());

    // When
    List<ApiKeyPlan> steps = world.settle();

    // Then
    assertThat(steps.getFirst())
        .isInstanceOfSatisfying(
            ApiKeyPlan.Mint.class, mint -> assertThat(mint.reason()).isEqualTo(Reason.SecretLost));
    assertThat(world.state().ids(State.REVOKED)).containsExactly("key-1");
    assertThat(world.mostUsable()).isEqualTo(2);
  }

  @Test
  void nextMintsWhenTheSecretHoldsAKeyThatWasRevoked() {
    world.put("old", State.REVOKED);
    world.secret(new SecretView.Ours("9", KeyWorld.hash("old"), null, true));

    assertThat(ApiKeyPolicy.next(world.state(), KeyWorld.NOW))
        .isInstanceOfSatisfying(
            ApiKeyPlan.Mint.class, mint -> assertThat(mint.reason()).isEqualTo(Reason.Reissued));
  }

  @Test
  void nextTouchesNothingWhenTheSecretIsForeign() {
    world.secret(new SecretView.Foreign("owned by Deployment web"));

    assertThat(world.settle()).isEmpty();
    assertThat(world.minted()).isZero();
  }

  @Test
  void nextRevokesTheUndeliveredKeyWhenTheSecretTurnsOutToBeForeign() {
    world.settle(2);
    world.secret(new SecretView.Foreign("owned by ApiKey other"));

    assertThat(world.settle())
        .startsWith(new ApiKeyPlan.Revoke(Set.of("key-1"), Reason.SecretConflict));
    assertThat(world.state().usable()).isEmpty();
  }

  @Test
  void nextKeepsTheKeyInUseWhenTheSecretTurnsOutToBeForeign() {
    world.issued().revision(1).settle(2);
    assertThat(world.state().usable()).hasSize(2);
    world.secret(new SecretView.Foreign("owned by ApiKey other"));

    assertThat(world.settle())
        .startsWith(new ApiKeyPlan.Revoke(Set.of("key-2"), Reason.SecretConflict));
    assertThat(world.state().usable()).containsExactly("key-1");
  }

  @Test
  void nextMintsNothingWhenTheOrganizationIsUndecidedOrTheSpecIsInvalid() {
    world.tenancy(new Tenancy.Undecided("not yet"));
    assertThat(world.settle()).isEmpty();

    world.tenancy(new Tenancy.Granted("acme", List.of(), null)).problems("wrong");
    assertThat(world.settle()).isEmpty();
  }

  @Test
  void nextLooksAgainBeforeItRevokesWhenTheGrantIsGone() {
    // Given
    world.issued().tenancy(GONE);

    // When
    List<ApiKeyPlan> steps = world.settle();

    // Then
    assertThat(steps)
        .containsExactly(
            new ApiKeyPlan.ConfirmRefusal(),
            new ApiKeyPlan.Revoke(Set.of("key-1"), Reason.OrganizationNotFound),
            new ApiKeyPlan.AwaitReplicas(),
            new ApiKeyPlan.DeleteSecret("1"));
  }

  @Test
  void nextLeavesAGrantThatMovesTheTimeToArriveBeforeItRevokes() {
    world.issued().tenancy(GONE).endsAt(KeyWorld.NOW.plusMillis(1));
    assertThat(world.settle()).containsExactly(new ApiKeyPlan.ConfirmRefusal());
    assertThat(world.state().usable()).hasSize(1);

    world.endsAt(KeyWorld.NOW).settle();
    assertThat(world.state().usable()).isEmpty();
  }

  @Test
  void nextMintsNothingWhenTheKeyHasExpired() {
    world.expiresAt(KeyWorld.NOW);

    assertThat(world.settle()).isEmpty();
  }

  @Test
  void nextKeepsTheKeyWhenItExpires() {
    world.issued().expiresAt(KeyWorld.NOW.minusSeconds(1));

    assertThat(world.settle())
        .extracting(plan -> plan.getClass().getSimpleName())
        .containsExactly("PutSpec", "AwaitReplicas");
    assertThat(world.state().current()).isPresent();
  }

  @Test
  void nextPutsTheSecretRightWhenSomebodyChangedAnEntry() {
    world.issued().secret(new SecretView.Ours("7", KeyWorld.hash("key-1"), null, false));

    assertThat(world.settle()).containsExactly(new ApiKeyPlan.RepairSecret("key-1", "7", false));
  }
}
