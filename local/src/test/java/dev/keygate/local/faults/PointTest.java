package dev.keygate.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PointTest {

  @Test
  void thereAreEnoughPoints() {
    assertThat(Point.mostCommon()).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(25);
    assertThat(Point.all())
        .doesNotHaveDuplicates()
        .containsAll(Point.mostCommon())
        .doesNotContainAnyElementsOf(Point.ofTerm());
    assertThat(Point.ofTerm()).hasSize(4);
  }
}
