package dev.keygate.store.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class StragglerTest {

  @Test
  void textsAreCutAndHoldNothingThatATerminalWouldObey() {
    Straggler straggler =
        new Straggler(
            "k",
            "::1",
            "a\u001b[31m\u0000\u202eb\ud83d" + "x".repeat(500),
            "r\n",
            Instant.EPOCH,
            1);

    assertThat(straggler.userAgent()).startsWith("a[31mbxxx").hasSize(Straggler.MAX_LENGTH);
    assertThat(straggler.route()).isEqualTo("r");
  }
}
