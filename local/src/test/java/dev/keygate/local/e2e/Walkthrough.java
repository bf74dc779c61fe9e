package dev.keygate.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of the documentation that a person follows: its {@code sh} blocks are pasted into one
 * shell, one after the other, and each must print what the {@code text} block after it shows ("..."
 * stands for anything).
 */
final class Walkthrough {

  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(sh|text)\\n(.*?)^```$");
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String MARK = "--- end of step ";

  private record Step(String commands, String shown) {}

  private final Path page;
  private final Path environment;

  Walkthrough(Path page, Path environment) {
    this.page = page;
    this.environment = environment;
  }

  void follow() throws IOException, InterruptedException {
    List<Step> steps = steps();
    assertThat(steps).as("steps of %s", page).isNotEmpty();
    StringBuilder script = new StringBuilder(". " + environment + "\n");
    for (int i = 0; i < steps.size(); i++) {
      script
          .append(steps.get(i).commands())
          .append("echo '\n")
          .append(MARK)
          .append(i)
          .append("'\n");
    }
    Path output = Files.createTempFile("walkthrough", ".out");
    Process shell =
        new ProcessBuilder("/bin/sh", "-c", script.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = shell.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (!ended) {
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly();
    }
    String rest = Files.readString(output);
    assertThat(ended).as("%s ends in time; it printed so far: %s", page, rest).isTrue();
    for (int i = 0; i < steps.size(); i++) {
      String mark = "\n" + MARK + i + "\n";
      assertThat(rest).as("output of %s", page).contains(mark);
      String printed = rest.substring(0, rest.indexOf(mark));
      rest = rest.substring(rest.indexOf(mark) + mark.length());
      assertThat(printed.strip())
          .as("what these print: %s", steps.get(i).commands())
          .matches(pattern(steps.get(i).shown()));
    }
    Files.delete(output);
  }

  private List<Step> steps() throws IOException {
    Matcher blocks = BLOCK.matcher(Files.readString(page));
    List<Step> steps = new ArrayList<>();
    String commands = "";
    while (blocks.find()) {
      if (blocks.group(1).equals("sh")) {
        commands = blocks.group(2);
      } else {
        steps.add(new Step(commands, blocks.group(2)));
      }
    }
    return steps;
  }

  private static Pattern pattern(String shown) {
    return Pattern.compile(
        Pattern.quote(shown.strip()).replace("...", "\\E.*?\\Q"), Pattern.DOTALL);
  }
}
