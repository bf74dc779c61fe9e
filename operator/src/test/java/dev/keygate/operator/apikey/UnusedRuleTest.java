package dev.keygate.operator.apikey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.operator.apikey.UnusedRule.Use;
import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.condition.Verdict;
import dev.keygate.operator.condition.Verdict.Status;
import dev.keygate.operator.usage.Coverage;
import dev.keygate.store.read.KeyRecord.State;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnusedRuleTest {

  private static final Instant NOW = KeyWorld.NOW;
  private static final Coverage COMPLETE = new Coverage(true, Duration.ofDays(30));
  private static final Coverage INCOMPLETE = new Coverage(false, Duration.ofDays(30));

  @ParameterizedTest(name = "last used {0} and counted since {1} ago, complete {2}: {3}")
  @CsvSource({
    "PT1H, P90D, true, USED",
    "P30D, P90D, true, UNUSED",
    "P89D, P90D, true, UNUSED",
    ", P30D, true, UNUSED",
    // One use is proof, whatever else is not known.
    "PT1H, PT2H, false, USED",
    "P29DT23H59M59S, P90D, false, USED",
    // A gateway's clock is ahead.
    "PT-5S, P90D, true, USED",
    ", PT0S, true, TRACKING_TOO_SHORT",
    ", P29DT23H59M59S, true, TRACKING_TOO_SHORT",
    ", P29DT23H59M59S, false, TRACKING_TOO_SHORT",
    // Issued again: an earlier version was used long ago.
    "P40D, P1D, true, TRACKING_TOO_SHORT",
    ", P30D, false, USAGE_INCOMPLETE",
    "P31D, P90D, false, USAGE_INCOMPLETE",
  })
  void decideConcludesFromWhatIsStored(
      @Nullable Duration lastUsed, Duration tracked, boolean complete, Use expected) {
    assertThat(
            UnusedRule.decide(
                lastUsed == null ? null : NOW.minus(lastUsed),
                NOW.minus(tracked),
                complete ? COMPLETE : INCOMPLETE,
                NOW))
        .isEqualTo(expected);
  }

  @ParameterizedTest(name = "after {0} days: {1} {2}")
  @CsvSource({"0, Unknown, TrackingTooShort", "30, True, Unused"})
  void verdictTellsOfAKeyThatNobodyUses(int days, Status status, Reason reason) {
    ApiKeyState state = new KeyWorld().issued().state();

    Verdict verdict = UnusedRule.verdict(state, COMPLETE, NOW.plus(Duration.ofDays(days)));

    assertThat(verdict.status()).isEqualTo(status);
    assertThat(verdict.reason()).isEqualTo(reason);
    assertThat(verdict.message()).contains("ApiKey crm").contains("30 days");
  }

  @Test
  void verdictSaysWhenAGatewayHoldsItsCountsBack() {
    ApiKeyState state = new KeyWorld().issued().state();

    assertThat(UnusedRule.verdict(state, INCOMPLETE, NOW.plus(Duration.ofDays(40))))
        .satisfies(
            verdict -> {
              assertThat(verdict.status()).isEqualTo(Status.Unknown);
              assertThat(verdict.reason()).isEqualTo(Reason.UsageIncomplete);
            });
  }

  @Test
  void verdictStaysTheSameWhileNothingChangesButTheTime() {
    ApiKeyState state = new KeyWorld().issued().state();

    assertThat(UnusedRule.verdict(state, COMPLETE, NOW.plus(Duration.ofDays(40))))
        .isEqualTo(UnusedRule.verdict(state, COMPLETE, NOW.plus(Duration.ofDays(50))));
  }

  @Test
  void verdictIsUnknownWhenThereIsNoKeyToUse() {
    KeyWorld revoked = new KeyWorld().issued().revoked(true);
    revoked.settle();

    for (KeyWorld world : new KeyWorld[] {new KeyWorld(), revoked}) {
      Verdict verdict = UnusedRule.verdict(world.state(), COMPLETE, NOW.plus(Duration.ofDays(40)));

      assertThat(verdict.status()).isEqualTo(Status.Unknown);
      assertThat(verdict.reason()).isEqualTo(Reason.Pending);
    }
  }

  @Test
  void trackingBeginsAnewWhenAKeyIsIssuedAgainButNotWhenItIsRotated() {
    // Given
    Instant later = NOW.plus(Duration.ofDays(40));
    KeyWorld world = new KeyWorld();
    world.put("first", State.REVOKED);
    world.putIssued("rotated", State.ACTIVE, Reason.Scheduled, later);
    assertThat(UnusedRule.verdict(world.state(), COMPLETE, later).reason())
        .isEqualTo(Reason.Unused);

    // When
    world.putIssued("again", State.ACTIVE, Reason.Reissued, later);

    // Then
    assertThat(UnusedRule.verdict(world.state(), COMPLETE, later).reason())
        .isEqualTo(Reason.TrackingTooShort);
  }

  @Test
  void nextAtIsWhenTheTimeIsOverUnlessSomebodyUsesTheKey() {
    ApiKeyState state = new KeyWorld().issued().state();
    Instant end = NOW.plus(Duration.ofDays(30));

    assertThat(UnusedRule.nextAt(state, COMPLETE)).contains(end);
    assertThat(UnusedRule.nextAt(new KeyWorld().state(), COMPLETE)).isEmpty();
  }
}
