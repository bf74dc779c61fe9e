package dev.keygate.local.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestTest {

  private static final Path HERE = Path.of("/somewhere");

  @Test
  void parseMeansUpWithOneOfEachWhenNothingIsGiven() {
    assertThat(parse()).isEqualTo(new Request.Up(Path.of("/somewhere/.keygate"), 1, 1, false));
  }

  @Test
  void parseReadsAllOptions() {
    assertThat(parse("--dir", "x/../y", "--gateways", "3", "--operators", "2", "--detach"))
        .isEqualTo(new Request.Up(Path.of("/somewhere/y"), 3, 2, true));
  }

  @Test
  void parseMeansDownOfThatDirectory() {
    assertThat(parse("down", "--dir", "/else/where"))
        .isEqualTo(new Request.Down(Path.of("/else/where")));
  }

  @ParameterizedTest(name = "{0} is refused: {1}")
  @CsvSource({
    "up, there is no up",
    "--dir, --dir needs a value",
    "--gateways many, '--gateways takes a number from 0 to 9, not many'",
    "--operators 10, '--operators takes a number from 0 to 9, not 10'",
  })
  void parseSaysWhatIsUnclear(String arguments, String sentence) {
    assertThat(parse(arguments.split(" "))).isEqualTo(new Request.Unclear(sentence));
  }

  private static Request parse(String... arguments) {
    return Request.parse(List.of(arguments), HERE);
  }
}
