package dev.keygate.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class SamplesTest {

  @Test
  void quantileLiesBetweenTheNearestSamplesWhenTheyAreUnsorted() {
    Samples samples = Samples.of(List.of(4.0, 1.0, 3.0, 2.0));

    assertThat(samples.median()).isEqualTo(2.5);
    assertThat(samples.quantile(0)).isEqualTo(1);
    assertThat(samples.quantile(1)).isEqualTo(4);
    assertThat(samples.summary(2)).isEqualTo("2.50 (quartiles 1.75 to 3.25)");
  }

  @Test
  void ofRefusesWhenNothingWasMeasured() {
    assertThatIllegalArgumentException().isThrownBy(() -> Samples.of(List.of()));
  }
}
