package dev.keygate.operator.apikey;

import static dev.keygate.operator.apikey.KeyWorld.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.keygate.crds.v1alpha1.RotationPhase;
import dev.keygate.crds.v1alpha1.RotationStatus;
import dev.keygate.crds.v1alpha1.StragglerStatus;
import dev.keygate.operator.condition.ConditionType;
import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.condition.Transition;
import dev.keygate.operator.condition.Verdict;
import dev.keygate.operator.condition.Verdicts;
import dev.keygate.store.usage.RotationEvidence.Retiring;
import dev.keygate.store.usage.Straggler;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RotationReportTest {

  private final KeyWorld world = new KeyWorld();

  @Test
  void statusNamesWhoStillUsesTheOldKey() {
    assertThat(rotating(seen("10.0.0.1", 3), seen("10.0.0.2", 1)).getStragglers())
        .extracting(
            StragglerStatus::getSourceAddress,
            StragglerStatus::getRouteId,
            StragglerStatus::getRequests)
        .containsExactly(tuple("10.0.0.1", "contacts", 3L), tuple("10.0.0.2", "contacts", 1L));
  }

  @Test
  void copyUsageHidesCountsOfTheSameClients() {
    RotationStatus earlier = rotating(seen("10.0.0.1", 3));
    RotationStatus later = rotating(seen("10.0.0.1", 9));

    RotationReport.copyUsage(earlier, later);

    assertThat(later.getStragglers()).isEqualTo(earlier.getStragglers());
  }

  @Test
  void copyUsageKeepsAClientThatIsNew() {
    RotationStatus later = rotating(seen("10.0.0.2", 1), seen("10.0.0.1", 3));

    RotationReport.copyUsage(rotating(seen("10.0.0.1", 3)), later);

    assertThat(later.getStragglers()).hasSize(2);
  }

  @Test
  void deadlineNearIsSaidInTheLastTenthOfTheOverlapWhileTheOldKeyIsUsed() {
    world.issued().revision(1).settle();

    assertThat(RotationReport.deadlineNear(with(traffic(53, 52)))).isEmpty();
    assertThat(RotationReport.deadlineNear(with(traffic(54, 30)))).isEmpty();
    assertThat(RotationReport.deadlineNear(with(traffic(54, 53))))
        .hasValueSatisfying(note -> assertThat(note).contains("2026-01-01T01:00:00Z", "revoked"));
  }

  @Test
  void statusSaysThatTheDeadlineEndedTheOldKeyAndWhoIsRefusedSince() {
    // Given
    RotationStatus before = rotating(seen("10.0.0.1", 3));
    world.evidence(traffic(60, 59)).crash();

    // When
    world.settle(3);

    // Then
    RotationStatus after =
        Objects.requireNonNull(RotationReport.status(world.state(), before, NOW));
    assertThat(after.getPhase()).isEqualTo(RotationPhase.DeadlineReached);
    assertThat(after.getOutcome()).isEqualTo("DeadlineReached");
    assertThat(after.getStragglers())
        .extracting(StragglerStatus::getSourceAddress)
        .containsExactly("10.0.0.1");
    assertThat(RotationReport.rotating(world.state(), NOW).reason())
        .isEqualTo(Reason.DeadlineReached);
    assertThat(RotationReport.deadlineReached(before, after))
        .hasValueSatisfying(
            note -> assertThat(note).contains("version 1", "onDeadline to Hold", "stragglers"));
    assertThat(RotationReport.deadlineReached(after, after)).isEmpty();
  }

  @Test
  void rotatingIsFalseByDeadlineReachedUntilTheNextRotationBegins() {
    // Given
    world.issued().revision(1).settle();
    world.evidence(traffic(60, 59)).crash();

    // When
    world.settle();

    // Then
    Verdict verdict = RotationReport.rotating(world.state(), NOW);
    assertThat(verdict.status()).isEqualTo(Verdict.Status.False);
    assertThat(verdict.reason()).isEqualTo(Reason.DeadlineReached);
    assertThat(Transition.between(null, new Verdicts(Map.of(ConditionType.Rotating, verdict))))
        .as("told by an Event of its own")
        .isEmpty();
    world.revision(2).settle(1);
    assertThat(RotationReport.rotating(world.state(), NOW).reason()).isEqualTo(Reason.Issued);
  }

  @Test
  void deadlineNearGoesByTheRunningOverlapWhenTheSpecHasAnotherOneNow() {
    world.issued().revision(1).settle();
    world.rotation(
        new RotationWish(null, 1, Duration.ofMinutes(600), Duration.ofMinutes(5), false));

    assertThat(RotationReport.deadlineNear(with(traffic(53, 52)))).isEmpty();
    assertThat(RotationReport.deadlineNear(with(traffic(54, 53)))).isPresent();
  }

  @Test
  void rotatingSaysWhatTheEndOfTheOldKeyWaitsForAndUntilWhen() {
    world.issued().revision(1).settle();

    assertThat(RotationReport.rotating(with(traffic(10, 9)), NOW).message())
        .contains("in Secret crm", "spec.rotation.quietPeriod, at the latest at 2026-01-01T01:00");
  }

  @Test
  void rotatingDoesNotCallAnExpiredKeyInUse() {
    world.issued().expiresAt(NOW);

    assertThat(RotationReport.rotating(world.state(), NOW).message())
        .isEqualTo("ApiKey crm has one key, which expired");
  }

  private RotationStatus rotating(Straggler... stragglers) {
    if (!world.state().everIssued()) {
      world.issued().revision(1).settle();
    }
    ApiKeyState state = world.state().with(traffic(10, 9), List.of(stragglers));
    return Objects.requireNonNull(RotationReport.status(state, null, NOW));
  }

  private ApiKeyState with(Retiring traffic) {
    return world.state().with(traffic, List.of());
  }

  private static Straggler seen(String source, long requests) {
    return new Straggler(
        "key-1", source, "curl/8", "contacts", NOW.plusSeconds(requests), requests);
  }

  /** Minutes after the new key came into use; all counts are known, and the new key is unused. */
  private static Retiring traffic(long now, long oldUsed) {
    return new Retiring(
        KeyWorld.UID,
        "key-1",
        "key-2",
        NOW,
        minute(60),
        minute(oldUsed),
        null,
        NOW,
        NOW,
        null,
        minute(now),
        1,
        minute(now));
  }

  private static Instant minute(long minute) {
    return NOW.plus(Duration.ofMinutes(minute));
  }
}
