package dev.keygate.operator.condition;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class TransitionTest {

  private static final Verdict ACCEPTED = Verdict.yes(Reason.Accepted, "accepted");
  private static final Verdict PROGRAMMED = Verdict.yes(Reason.Programmed, "programmed");
  private static final Verdict READY = Verdict.yes(Reason.Ready, "ready");
  private static final Verdict UNKNOWN = Verdict.unknown("not yet");
  private static final Verdicts ALL_WELL = new Verdicts(ACCEPTED, PROGRAMMED, READY);

  @Test
  void betweenTellsReadyWhenItBecomesTrue() {
    assertThat(Transition.between(null, ALL_WELL))
        .hasValueSatisfying(t -> assertThat(t.verdict()).isEqualTo(READY));
  }

  @Test
  void betweenTellsNothingWhenNothingChanged() {
    var before = Conditions.merge(null, ALL_WELL, 1, Instant.EPOCH);

    assertThat(Transition.between(before, ALL_WELL)).isEmpty();
  }

  @Test
  void betweenTellsNothingWhenNothingIsKnownYet() {
    assertThat(Transition.between(null, new Verdicts(UNKNOWN, UNKNOWN, UNKNOWN))).isEmpty();
  }

  @Test
  void betweenTellsTheCauseWhenReadyOnlyPointsToIt() {
    Verdict conflict = Verdict.no(Reason.SecretConflict, "foreign");
    Verdicts now = new Verdicts(conflict, UNKNOWN, Verdict.no(Reason.NotAccepted, "see there"));

    assertThat(Transition.between(null, now))
        .hasValueSatisfying(
            t -> {
              assertThat(t.verdict()).isEqualTo(conflict);
              assertThat(t.isWarning()).isTrue();
            });
  }

  @Test
  void betweenTellsRevokedWhenAReadyKeyIsRevoked() {
    var before = Conditions.merge(null, ALL_WELL, 1, Instant.EPOCH);
    Verdict revoked = Verdict.no(Reason.Revoked, "revoked");

    assertThat(Transition.between(before, new Verdicts(ACCEPTED, PROGRAMMED, revoked)))
        .hasValueSatisfying(t -> assertThat(t.verdict()).isEqualTo(revoked));
  }
}
