package dev.keygate.operator.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SweepRuleTest {

  @ParameterizedTest(name = "{0} orphans, no two in one namespace, of {1} keys, {2} confirmed: {3}")
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
    assertThat(SweepRule.mayRevoke(Collections.nCopies(orphans, 1), usable, confirmed))
        .isEqualTo(expected);
  }

  @Test
  void mayRevokeAllOfOneTenantAndTheOthersWithThem() {
    assertThat(SweepRule.mayRevoke(List.of(500, 200, 1), 2_000, 0)).isTrue();
  }

  @Test
  void mayRevokeNothingWhenResourcesAreGoneAllOverTheCluster() {
    assertThat(SweepRule.mayRevoke(Collections.nCopies(5, 5), 100, 0)).isFalse();
    assertThat(SweepRule.mayRevoke(Collections.nCopies(50, 80), 10_000, 0)).isFalse();
    assertThat(SweepRule.mayRevoke(Collections.nCopies(50, 200), 10_000, 0)).isFalse();
    assertThat(SweepRule.mayRevoke(Collections.nCopies(50, 50), 2_500, 2_499)).isFalse();
    assertThat(SweepRule.mayRevoke(Collections.nCopies(50, 50), 2_500, 2_500)).isTrue();
  }

  @Test
  void mayRevokeNothingWhenMostKeysAreGoneFromFewNamespaces() {
    assertThat(SweepRule.mayRevoke(Collections.nCopies(4, 500), 2_000, 0)).isFalse();
  }
}
