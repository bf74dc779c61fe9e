package dev.keygate.gateway.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.gateway.decision.Denied.Unauthenticated.Reason;
import dev.keygate.store.key.KeyFormat;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CredentialsTest {

  private static final KeyFormat FORMAT = new KeyFormat("pc");

  private final String live = FORMAT.mint("live", new SecureRandom()).value();
  private final Credentials credentials = new Credentials(FORMAT, List.of("live"));

  @Test
  void ofIsPresentedWhenKeyIsWellFormedAndItsEnvironmentIsServed() {
    assertThat(credentials.of(live))
        .isInstanceOfSatisfying(
            Credential.Presented.class,
            presented -> assertThat(presented.environment()).isEqualTo("live"));
  }

  @Test
  void ofTellsWhyAValueCannotBeAKey() {
    String test = FORMAT.mint("test", new SecureRandom()).value();

    assertThat(credentials.of(null)).isEqualTo(unusable(Reason.MISSING_KEY));
    assertThat(credentials.of("  ")).isEqualTo(unusable(Reason.MISSING_KEY));
    assertThat(credentials.of(live + "x")).isEqualTo(unusable(Reason.MALFORMED_KEY));
    assertThat(credentials.of(live + ", " + live)).isEqualTo(unusable(Reason.MALFORMED_KEY));
    assertThat(credentials.of("x".repeat(300))).isEqualTo(unusable(Reason.MALFORMED_KEY));
    assertThat(credentials.of(test)).isEqualTo(unusable(Reason.OTHER_ENVIRONMENT));
  }

  private static Credential unusable(Reason reason) {
    return new Credential.Unusable(reason);
  }
}
