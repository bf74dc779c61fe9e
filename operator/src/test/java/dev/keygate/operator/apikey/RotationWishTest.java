package dev.keygate.operator.apikey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.crds.v1alpha1.Rotation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RotationWishTest {

  @ParameterizedTest(name = "every {0}, renewBefore {1}: a key each {2}")
  @CsvSource({
    "2160h, 48h, PT2112H",
    "2m, 1m, PT1M",
    "1m, 59999ms, PT1M",
    "1h, 3h, PT1M",
    "1ms, , PT1M",
  })
  void periodIsNeverShorterThanAMinuteWhateverIsStored(
      String every, String before, Duration expected) {
    Rotation rotation = new Rotation();
    rotation.setEvery(every);
    rotation.setRenewBefore(before);
    List<String> problems = new ArrayList<>();

    RotationWish wish = RotationWish.of(rotation, problems);

    assertThat(problems).isEmpty();
    assertThat(wish.period()).isEqualTo(expected);
  }
}
