package dev.keygate.local.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script alone, in a checkout whose Maven and Java are small scripts. */
class QuickstartScriptTest {

  private static final String ABSENT =
      "echo 'mvnw: needs Maven 3.8.7 or newer and found none.' >&2; exit 1";

  /** Says its name and id, and stays until it is told to go. */
  private static final String STAYS =
      "echo $$ >\"%s.pid\"; trap 'kill $!; exit 1' TERM; sleep 600 & wait";

  @TempDir Path root;

  private record Said(int code, String text) {}

  @BeforeEach
  void checkout() throws IOException {
    Files.copy(Path.of("../quickstart"), root.resolve("quickstart"));
    for (String folder : List.of("bin", "tmp", "local/target", "operator/target", "helm", "jdk")) {
      Files.createDirectories(root.resolve(folder));
    }
    script("jdk/bin/java", "echo \"java ran: $*\"");
  }

  @Test
  void sentenceOfMvnwIsSeenWhenThereIsNoMaven() throws Exception {
    mvnw(ABSENT, "echo 'never reached'");

    Said said = quickstart();

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.text().strip()).isEqualTo("mvnw: needs Maven 3.8.7 or newer and found none.");
  }

  @Test
  void errorsOfTheBuildAreShownWhenItFails() throws Exception {
    mvnw("exit 0", "echo '[INFO] noise'; echo '[ERROR] the class is missing'; exit 1");

    Said said = quickstart();

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.text())
        .contains("[ERROR] the class is missing", "quickstart: the build failed")
        .doesNotContain("noise");
    assertThat(root.resolve("tmp")).isEmptyDirectory();
  }

  @Test
  void endOfTheBuildIsShownWhenItFailsWithoutAnError() throws Exception {
    mvnw("exit 0", "echo 'no space left on device'; exit 1");

    assertThat(quickstart().text())
        .contains("no space left on device", "quickstart: the build failed");
  }

  @Test
  void launcherRunsAndModulesAreNamedWhenTheBuildSucceeds() throws Exception {
    mvnw("exit 0", "echo '[INFO] Building Keygate store 0.1.0-SNAPSHOT   [2/6]'");

    Said said = quickstart("--gateways", "2");

    assertThat(said.code()).isZero();
    assertThat(said.text()).contains("build: Keygate store (2/6)").contains("java ran: ");
    assertThat(said.text().strip()).endsWith("keygate-local-0.1.0-SNAPSHOT.jar --gateways 2");
    assertThat(root.resolve("tmp")).isEmptyDirectory();
  }

  @Test
  void nothingIsLeftWhenItIsEndedDuringTheBuild() throws Exception {
    mvnw("exit 0", STAYS.formatted(root.resolve("maven")));
    script("jdk/bin/java", STAYS.formatted(root.resolve("java")));
    Process quickstart = start(root.resolve("output"));
    await().until(() -> started("maven") && started("java"));
    List<ProcessHandle> below = quickstart.descendants().toList();
    assertThat(below).hasSizeGreaterThanOrEqualTo(4);

    quickstart.destroy();

    assertThat(quickstart.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(quickstart.exitValue()).isEqualTo(143);
    await().untilAsserted(() -> assertThat(below).noneMatch(ProcessHandle::isAlive));
    assertThat(root.resolve("tmp")).isEmptyDirectory();
  }

  @Test
  void downBuildsNothing() throws Exception {
    mvnw("exit 0", "echo 'it builds'; exit 1");
    Files.createFile(root.resolve("local/target/keygate-local-0.1.0-SNAPSHOT.jar"));

    Said said = quickstart("down", "--dir", "x");

    assertThat(said.code()).isZero();
    assertThat(said.text()).contains("java ran: ").doesNotContain("it builds");
  }

  @Test
  void downSaysSoWhenThereIsNoLauncher() throws Exception {
    mvnw("exit 0", "echo 'it builds'; exit 1");

    Said said = quickstart("--dir", "down", "down");

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.text()).contains("was never built").doesNotContain("it builds");
  }

  private boolean started(String name) {
    return Files.exists(root.resolve(name + ".pid"));
  }

  private void mvnw(String check, String build) throws IOException {
    script(
        "mvnw",
        """
        case $1 in
          --print-java-home) echo "%s" ;;
          --check) %s ;;
          *) %s ;;
        esac
        """
            .formatted(root.resolve("jdk"), check, build));
  }

  private void script(String name, String commands) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + commands + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Said quickstart(String... arguments) throws Exception {
    Path output = root.resolve("output");
    Process process = start(output, arguments);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Said(process.exitValue(), Files.readString(output));
  }

  private Process start(Path output, String... arguments) throws IOException {
    List<String> command =
        Stream.concat(
                Stream.of("/bin/sh", root.resolve("quickstart").toString()), Stream.of(arguments))
            .toList();
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("TMPDIR", root.resolve("tmp").toString());
    return builder.start();
  }
}
