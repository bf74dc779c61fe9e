package dev.keygate.local.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LinesToTryTest {

  private static final Path README = Path.of("../README.md");
  private static final Pattern BLOCK = Pattern.compile("(?s)```sh\\n(\\. \\.keygate/env\\n.*?)```");

  @Test
  void linesAreThoseOfTheReadme() throws IOException {
    Matcher block = BLOCK.matcher(Files.readString(README));

    assertThat(block.find()).as("a block that begins with the environment file").isTrue();
    assertThat(commands(LinesToTry.of(Path.of(".keygate/env"), false)))
        .isEqualTo(commands(block.group(1)));
  }

  @Test
  void linesBeginWithAWayBackWhenTheKeyWasRevoked() {
    assertThat(commands(LinesToTry.of(Path.of("env"), true)).get(1)).contains("revoked\":false");
  }

  private static List<String> commands(String lines) {
    return Stream.of(lines.split("\n", -1))
        .map(line -> line.replaceFirst("(^| +)# .*", ""))
        .filter(line -> !line.isBlank())
        .toList();
  }
}
