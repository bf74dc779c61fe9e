package dev.keygate.operator.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SweepRuleTest {

  @ParameterizedTest(name = "{0} orphans of {1} keys, {2} confirmed: {3}")
  @CsvSource({
    "0, 0, 0, true",
    "20, 20, 0, true",
    "21, 100, 0, false",
    "21, 100, 20, false",
    "21, 100, 21, true",
    "50, 1000, 0, true",
    "51, 1000, 0, false",
  })
  void mayRevokeUpToTheLimitOrTheConfirmedNumber(
      int orphans, int usable, int confirmed, boolean expected) {
    assertThat(SweepRule.mayRevoke(orphans, usable, confirmed)).isEqualTo(expected);
  }
}
