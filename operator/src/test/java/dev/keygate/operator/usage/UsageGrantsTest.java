package dev.keygate.operator.usage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UsageGrantsTest {

  private final UsageGrants grants = new UsageGrants();

  @Test
  void askedNamesEachKeyOnceAndForgetsIt() {
    grants.ask("a");
    grants.ask("b");
    grants.ask("a");

    assertThat(grants.asked()).containsExactlyInAnyOrder("a", "b");
    assertThat(grants.asked()).isEmpty();
  }

  @Test
  void askingIsNoPermit() {
    grants.ask("a");

    assertThat(grants.take("a")).isFalse();
  }
}
