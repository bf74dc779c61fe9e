package dev.keygate.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {

  @Test
  void numberIsTheDefaultWhenNotGiven() {
    Options options = Options.parse(List.of("--pairs", "4"));

    assertThat(options.number("pairs", 40)).isEqualTo(4);
    assertThat(options.number("seconds", 2)).isEqualTo(2);
    options.end();
  }

  @Test
  void allKeepsEveryValueWhenAnOptionIsRepeated() {
    Options options = Options.parse(List.of("--jvm", "-Xint", "--jvm", "-Xshare:off"));

    assertThat(options.all("jvm")).containsExactly("-Xint", "-Xshare:off");
  }

  @Test
  void endRefusesWhenAnOptionWasNotAskedFor() {
    Options options = Options.parse(List.of("--pears", "4"));

    assertThatIllegalArgumentException().isThrownBy(options::end).withMessageContaining("--pears");
  }

  @Test
  void numberHasTheOtherDefaultWhenQuick() {
    Options options = Options.parse(List.of("--quick", "--pairs", "4"));

    assertThat(options.number("pairs", 40, 2)).isEqualTo(4);
    assertThat(options.number("seconds", 20, 1)).isEqualTo(1);
    options.end();
  }

  @Test
  void endRefusesWhenNothingIsQuicker() {
    Options options = Options.parse(List.of("--quick"));

    assertThatIllegalArgumentException().isThrownBy(options::end).withMessageContaining("--quick");
  }

  @Test
  void parseRefusesWhenAValueIsMissing() {
    assertThatIllegalArgumentException().isThrownBy(() -> Options.parse(List.of("--pairs")));
  }
}
