package dev.keygate.operator.apikey;

import static dev.keygate.operator.apikey.KeyWorld.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.keygate.crds.v1alpha1.RotationStatus;
import dev.keygate.crds.v1alpha1.StragglerStatus;
import dev.keygate.store.usage.RotationEvidence.Retiring;
import dev.keygate.store.usage.Straggler;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

  private RotationStatus rotating(Straggler... stragglers) {
    if (!world.state().everIssued()) {
      world.issued().revision(1).settle();
    }
    ApiKeyState state = world.state().with(traffic(10, 9), List.of(stragglers));
    return Objects.requireNonNull(RotationReport.status(state, NOW));
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
