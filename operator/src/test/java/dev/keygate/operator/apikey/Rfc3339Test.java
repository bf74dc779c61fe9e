package dev.keygate.operator.apikey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Rfc3339Test {

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "2026-11-24T21:00:00Z, 2026-11-24T21:00:00Z",
    "2026-11-24t21:00:00z, 2026-11-24T21:00:00Z",
    "2026-11-24T21:00:00+02:00, 2026-11-24T19:00:00Z",
    "2026-11-24T21:00:00+23:00, 2026-11-23T22:00:00Z",
    "2026-11-24T21:00:00-23:59, 2026-11-25T20:59:00Z",
    "2026-11-24T21:00:00+18:01, 2026-11-24T02:59:00Z",
    "2026-11-24T21:00:00.5Z, 2026-11-24T21:00:00.500Z",
    "2026-11-24T21:00:00.123456789012Z, 2026-11-24T21:00:00.123456Z",
  })
  void parseReadsWhatTheApiServerAccepts(String text, Instant expected) {
    assertThat(Rfc3339.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} is no time")
  @ValueSource(strings = {"tomorrow", "2026-11-24", "2026-11-24T21:00:00", "2026-02-30T00:00:00Z"})
  void parseRefusesWhatIsNoTime(String text) {
    assertThatThrownBy(() -> Rfc3339.parse(text)).isInstanceOf(DateTimeException.class);
  }
}
