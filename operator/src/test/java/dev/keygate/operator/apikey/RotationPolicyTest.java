package dev.keygate.operator.apikey;

import static dev.keygate.operator.apikey.KeyWorld.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.operator.apikey.RotationPolicy.Progress;
import dev.keygate.operator.condition.Reason;
import dev.keygate.store.read.KeyRecord.State;
import dev.keygate.store.usage.RotationEvidence.Retiring;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RotationPolicyTest {

  private final KeyWorld world = new KeyWorld();

  /** Minutes after activation; quiet period 5, overlap 60. */
  @ParameterizedTest(name = "{8}")
  @CsvSource(
      nullValues = "-",
      value = {
        "  3,  -,  -, -, 1, 10, false, DELIVERED, delivered while nobody uses the new key",
        "  3,  -,  2, -, 1,  3, false, ADOPTED,   adopted when the new key is used",
        " 10,  4,  9, -, 1, 10, false, DRAINED,   drained when only the new key is used",
        " 10,  -,  9, -, 1, 10, false, DRAINED,   drained when the old key was never used",
        " 10,  6,  9, -, 1, 10, false, ADOPTED,   adopted while the old key was used lately",
        " 10,  4,  -, -, 1, 10, false, DELIVERED, not drained while the new key is unused",
        " 10,  4,  4, -, 1, 10, false, ADOPTED,   not drained when the new key was used before only",
        " 10,  4,  9, 6, 1, 10, false, ADOPTED,   not drained when a replica vanished lately",
        " 10,  4,  9, -, 1,  8, false, ADOPTED,   not drained before all replicas have flushed",
        " 10,  4,  9, -, 1,  -, false, ADOPTED,   not drained when a replica never flushed",
        " 10,  4,  9, -, 0,  -, false, DRAINED,   drained by the database's time without replicas",
        " 60,  4,  -, -, 1, 60, false, OVERDUE,   overdue when the overlap is over",
        " 60, 59, 59, -, 1, 60, true,  HELD,      held when the old key is used and Hold is asked",
        " 60,  4,  -, -, 1, 60, true,  HELD,      held when the old key was used and the new one never",
        " 60,  -,  -, -, 1, 60, true,  OVERDUE,   overdue when nobody used the old key and Hold is asked",
        " 70, 60, 69, -, 1, 70, true,  DRAINED,   drained after it was held"
      })
  void progressIs(
      long now,
      @Nullable Long oldUsed,
      @Nullable Long newUsed,
      @Nullable Long lost,
      long replicas,
      @Nullable Long flushed,
      boolean hold,
      Progress expected,
      String name) {
    Retiring traffic = traffic(now, oldUsed, newUsed, lost, replicas, flushed);
    RotationWish wish = new RotationWish(null, 1, Duration.ofHours(1), Duration.ofMinutes(5), hold);

    assertThat(RotationPolicy.progress(traffic, wish, true)).as(name).isEqualTo(expected);
  }

  @Test
  void progressIsNotDrainedWhileTheKeyIsNotAcceptable() {
    assertThat(RotationPolicy.progress(traffic(10, 4L, 9L, null, 1, 10L), RotationWish.NONE, false))
        .isEqualTo(Progress.ADOPTED);
  }

  @Test
  void nextRotatesWithOverlapWhenTheRevisionIsRaised() {
    world.issued().revision(1);

    List<ApiKeyPlan> steps = world.settle();

    assertThat(steps)
        .extracting(plan -> plan.getClass().getSimpleName())
        .containsExactly(
            "Mint", "AwaitReplicas", "Deliver", "Activate", "LookAtTraffic", "AwaitReplicas");
    assertThat(steps.getFirst())
        .isInstanceOfSatisfying(
            ApiKeyPlan.Mint.class,
            mint -> assertThat(mint.reason()).isEqualTo(Reason.RevisionRaised));
    assertThat(world.state().ids(State.RETIRING)).containsExactly("key-1");
    assertThat(world.settle()).isEmpty();
  }

  @Test
  void nextTakesThePreviousKeyOutOfTheSecretBeforeItRevokesIt() {
    world.issued().revision(1).settle();
    world.evidence(traffic(10, 4L, 9L, null, 1, 10L)).crash();

    assertThat(world.settle())
        .containsExactly(
            new ApiKeyPlan.LookAtTraffic(),
            new ApiKeyPlan.RepairSecret("key-2", "1", false),
            new ApiKeyPlan.Revoke(Set.of("key-1"), Reason.Drained),
            new ApiKeyPlan.AwaitReplicas());
  }

  @Test
  void nextQueuesOneRotationToTheLatestRevision() {
    world.issued().revision(1).settle();
    world.revision(2).settle();
    world.revision(5).settle();
    assertThat(world.minted()).isEqualTo(2);
    world.evidence(traffic(10, 4L, 9L, null, 1, 10L)).crash();

    world.settle(4);
    world.evidence(traffic(0, null, null, null, 1, 0L)).settle();

    assertThat(world.minted()).isEqualTo(3);
    assertThat(world.state().handledRevision()).isEqualTo(5);
    assertThat(world.mostUsable()).isEqualTo(2);
  }

  @Test
  void nextIgnoresALowerRevision() {
    world.revision(5).issued().revision(3);

    assertThat(world.settle()).isEmpty();
    assertThat(RotationReport.rotating(world.state(), NOW).message()).contains("3 is ignored");
  }

  @Test
  void nextRotatesNothingOfANewKeyWithARevision() {
    world.revision(5);

    assertThat(world.settle())
        .filteredOn(ApiKeyPlan.Mint.class::isInstance)
        .containsExactly(new ApiKeyPlan.Mint(world.wish().keySpec("acme"), Reason.Created));
  }

  @Test
  void nextRotatesWhenTheKeyHasReachedItsAge() {
    world
        .issued()
        .rotation(
            new RotationWish(
                Duration.ofDays(30), 0, Duration.ofHours(1), Duration.ofMinutes(5), false));
    assertThat(world.at(NOW.plus(Duration.ofDays(30)).minusSeconds(1)).settle()).isEmpty();

    assertThat(world.at(NOW.plus(Duration.ofDays(30))).settle(1).getFirst())
        .isInstanceOfSatisfying(
            ApiKeyPlan.Mint.class, mint -> assertThat(mint.reason()).isEqualTo(Reason.Scheduled));
  }

  @Test
  void nextDoesNotBeginWhenTheKeyHasExpired() {
    world.issued().expiresAt(NOW.minusSeconds(1)).settle();

    assertThat(world.revision(1).settle()).isEmpty();
  }

  @ParameterizedTest(name = "killed after step {0} of a rotation")
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
  void nextFinishesTheRotationWithItsReasonWhenTheProcessWasKilled(int steps) {
    // Given
    world.issued().revision(1).settle(steps);
    world.crash();

    // When
    world.settle();

    // Then
    assertThat(world.state().current().orElseThrow().issueReason()).isEqualTo("RevisionRaised");
    assertThat(world.state().ids(State.RETIRING)).containsExactly("key-1");
    assertThat(world.state().ids(State.PENDING)).isEmpty();
    assertThat(world.minted()).isEqualTo(steps == 1 || steps == 2 ? 3 : 2);
  }

  @Test
  void nextMintsAtOnceWhenTheSecretIsLostDuringARotation() {
    world.issued().revision(1).settle();
    world.secret(new SecretView.Absent());

    List<ApiKeyPlan> steps = world.settle();

    assertThat(steps.getFirst())
        .isInstanceOfSatisfying(
            ApiKeyPlan.Mint.class, mint -> assertThat(mint.reason()).isEqualTo(Reason.SecretLost));
    assertThat(world.mostUsable()).isEqualTo(3);
    assertThat(world.state().usable()).containsExactly("key-3");
  }

  @ParameterizedTest(name = "lost after step {0} of a rotation")
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void nextLeavesNoOverlapWhenTheSecretIsLostDuringTheRotation(int steps) {
    // Given
    world.issued().revision(1).settle(steps);
    world.secret(new SecretView.Absent());

    // When
    world.settle();

    // Then
    assertThat(world.state().usable())
        .containsExactly(world.state().current().orElseThrow().keyId())
        .doesNotContain("key-1");
  }

  @Test
  void nextLeavesNoOverlapWhenTheProcessWasKilledAfterItMadeALostSecretAgain() {
    // Given
    world.issued().revision(1).settle(2);
    world.secret(new SecretView.Absent());
    assertThat(world.settle(1)).containsExactly(new ApiKeyPlan.Deliver("key-2"));
    world.crash();

    // When
    world.settle();

    // Then
    assertThat(world.state().usable()).containsExactly("key-2");
  }

  @Test
  void nextKeepsTheDeadlineWhenTheSecretIsNotOursAnyMore() {
    world.issued().revision(1).settle();
    world.evidence(traffic(59, 58L, null, null, 1, 59L)).crash();
    world.secret(new SecretView.Foreign("of type Opaque"));
    assertThat(world.settle()).containsExactly(new ApiKeyPlan.LookAtTraffic());

    world.evidence(traffic(60, 59L, null, null, 1, 60L)).crash();
    world.secret(new SecretView.Foreign("of type Opaque"));

    assertThat(world.settle())
        .contains(new ApiKeyPlan.Revoke(Set.of("key-1"), Reason.DeadlineReached));
    assertThat(world.state().usable()).containsExactly("key-2");
  }

  private static Retiring traffic(
      long now,
      @Nullable Long oldUsed,
      @Nullable Long newUsed,
      @Nullable Long lost,
      long replicas,
      @Nullable Long flushed) {
    return new Retiring(
        KeyWorld.UID,
        "key-1",
        "key-2",
        NOW,
        NOW.plus(Duration.ofMinutes(60)),
        minute(oldUsed),
        minute(newUsed),
        NOW,
        NOW,
        minute(lost),
        minute(flushed),
        replicas,
        NOW.plus(Duration.ofMinutes(now)));
  }

  private static @Nullable Instant minute(@Nullable Long minute) {
    return minute == null ? null : NOW.plus(Duration.ofMinutes(minute));
  }
}
