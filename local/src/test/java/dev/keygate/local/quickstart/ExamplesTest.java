package dev.keygate.local.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExamplesTest {

  @Test
  void unsettledIsEmptyWhenKeysAreReadyOrAsSomebodyWished() {
    assertThat(
            Examples.unsettled(
                Set.of("demo/a", "demo/b", "demo/c"),
                List.of("demo/a Ready", "demo/b Revoked", "demo/c OrganizationSuspended")))
        .isEmpty();
  }

  @Test
  void unsettledIgnoresKeysThatAreNotOfTheExamples() {
    assertThat(
            Examples.unsettled(
                Set.of("demo/a"), List.of("demo/a Ready", "mine/broken NotAccepted")))
        .isEmpty();
  }

  @Test
  void unsettledSaysWhyWhenThereIsAReason() {
    assertThat(
            Examples.unsettled(
                Set.of("demo/a", "demo/b", "demo/gone"),
                List.of("demo/a SecretConflict", "demo/b ")))
        .containsExactly("demo/a SecretConflict", "demo/b", "demo/gone");
  }
}
