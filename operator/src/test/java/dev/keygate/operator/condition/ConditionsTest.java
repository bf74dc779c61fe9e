package dev.keygate.operator.condition;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionsTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.7Z");
  private static final Instant LATER = Instant.parse("2026-01-01T13:00:00Z");
  private static final Verdict GOOD = Verdict.yes(Reason.Ready, "fine");
  private static final Verdict BAD = Verdict.no(Reason.Expired, "expired");

  @Test
  void mergeWritesAllTypesWhenNothingWasThere() {
    List<Condition> conditions = Conditions.merge(null, all(GOOD), 3, NOON);

    assertThat(conditions)
        .extracting(Condition::getType)
        .containsExactly("Accepted", "Programmed", "Ready");
    assertThat(conditions)
        .allSatisfy(
            c -> {
              assertThat(c.getObservedGeneration()).isEqualTo(3);
              assertThat(c.getLastTransitionTime()).isEqualTo("2026-01-01T12:00:00Z");
            });
  }

  @Test
  void mergeKeepsTransitionTimeWhenOnlyReasonAndMessageChange() {
    List<Condition> before = Conditions.merge(null, all(BAD), 1, NOON);

    List<Condition> after =
        Conditions.merge(before, all(Verdict.no(Reason.Revoked, "revoked")), 2, LATER);

    assertThat(ready(after).getLastTransitionTime()).isEqualTo("2026-01-01T12:00:00Z");
    assertThat(ready(after).getReason()).isEqualTo("Revoked");
    assertThat(ready(after).getObservedGeneration()).isEqualTo(2);
  }

  @Test
  void mergeMovesTransitionTimeWhenStatusChanges() {
    List<Condition> before = Conditions.merge(null, all(BAD), 1, NOON);

    List<Condition> after = Conditions.merge(before, all(GOOD), 1, LATER);

    assertThat(ready(after).getLastTransitionTime()).isEqualTo("2026-01-01T13:00:00Z");
  }

  @Test
  void isTrueDeniesWhenConditionSpeaksOfAnOlderGeneration() {
    List<Condition> conditions = Conditions.merge(null, all(GOOD), 1, NOON);

    assertThat(Conditions.isTrue(conditions, ConditionType.Ready, 1)).isTrue();
    assertThat(Conditions.isTrue(conditions, ConditionType.Ready, 2)).isFalse();
  }

  private static Verdicts all(Verdict verdict) {
    return new Verdicts(verdict, verdict, verdict);
  }

  private static Condition ready(List<Condition> conditions) {
    return Conditions.find(conditions, ConditionType.Ready).orElseThrow();
  }
}
