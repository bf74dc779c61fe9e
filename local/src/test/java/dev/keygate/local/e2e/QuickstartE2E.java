package dev.keygate.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a person types and pastes, beside another stack that has the usual ports. */
@ExtendWith(StackExtension.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class QuickstartE2E {

  private static final List<String> NAMES =
      List.of(
          "etcd",
          "kube-apiserver",
          "kube-controller-manager",
          "postgres",
          "operator-1",
          "gateway-1",
          "upstream");

  /** A start may have to build first. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @TempDir static Path temp;

  private static Platform other;
  private static Path directory;
  private static String lines = "";

  private record Said(int code, String text) {}

  @BeforeAll
  static void name(Platform shared) {
    other = shared;
    directory = temp.resolve("stack");
  }

  @AfterAll
  static void stop() throws Exception {
    quickstart("down", "--dir", directory.toString());
  }

  @Test
  @Order(1)
  void quickstartReturnsWhenEverythingIsReady() throws Exception {
    Said said = quickstart("--detach", "--dir", directory.toString());

    assertThat(said.code()).as(said.text()).isZero();
    assertThat(said.text())
        .contains("examples applied, keys ready")
        .contains("ready after ")
        .contains("./quickstart down --dir " + directory + " stops it");
    lines = linesToTry(said.text());
    assertThat(pids()).extracting(Pid::name).containsExactlyInAnyOrderElementsOf(NAMES);
    assertThat(Files.readString(directory.resolve("env")))
        .doesNotContain("KEYGATE_URL='" + other.gateways().getFirst() + "'");
  }

  @Test
  @Order(2)
  void secondQuickstartInTheSameDirectorySaysSo() throws Exception {
    for (String[] arguments :
        List.of(
            new String[] {"--dir", directory.toString()},
            new String[] {"--detach", "--dir", directory.toString()})) {
      Said said = quickstart(arguments);

      assertThat(said.code()).isEqualTo(1);
      assertThat(said.text().strip())
          .isEqualTo(
              "quickstart: a stack already runs in %s: stop it with ./quickstart down --dir %s, or give another --dir."
                  .formatted(directory, directory));
    }
  }

  @Test
  @Order(3)
  void pastedLinesDoWhatTheirCommentsSay() throws Exception {
    assertPastedLinesWork();
  }

  @Test
  @Order(4)
  void noProcessIsLeftWhenTheLauncherIsKilled() throws Exception {
    List<Pid> pids = pids();
    assertThat(pids).hasSameSizeAs(NAMES).allMatch(Pid::runs);
    String revoke =
        "kubectl patch apikey -n demo first-key --type merge -p '{\"spec\":{\"revoked\":true}}'";
    Said said = run(List.of("/bin/sh", "-c", ". " + directory.resolve("env") + " && " + revoke));
    assertThat(said.code()).as(said.text()).isZero();

    ProcessHandle.of(launcher()).orElseThrow().destroyForcibly();

    await().atMost(Platform.PATIENCE).untilAsserted(() -> assertThat(pids).noneMatch(Pid::runs));
  }

  @Test
  @Order(5)
  void quickstartGoesOnWithItsStateAfterThat() throws Exception {
    Said said = quickstart("--detach", "--dir", directory.toString());

    assertThat(said.code()).as(said.text()).isZero();
    lines = linesToTry(said.text());
    assertThat(lines).contains("first-key was revoked in an earlier run");
    assertPastedLinesWork();
  }

  @Test
  @Order(6)
  void downLeavesNoProcess() throws Exception {
    List<Pid> pids = pids();

    Said said = quickstart("down", "--dir", directory.toString());

    assertThat(said.code()).isZero();
    assertThat(said.text()).contains("is stopped");
    assertThat(pids).hasSameSizeAs(NAMES).noneMatch(Pid::runs);
    assertThat(quickstart("down", "--dir", directory.toString()).text())
        .contains("no stack runs in " + directory);
  }

  @Test
  @Order(7)
  void noProcessIsLeftWhenTheStartFails() throws Exception {
    Path broken = temp.resolve("broken");
    Files.createDirectories(broken.resolve("postgres"));

    Said said = quickstart("--dir", broken.toString());

    assertThat(said.code()).isEqualTo(1);
    assertThat(said.text()).contains("quickstart: postgres ended with exit code");
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      assertThat(
              all.filter(
                  process -> process.info().commandLine().orElse("").contains(broken.toString())))
          .isEmpty();
    }
  }

  private static void assertPastedLinesWork() throws Exception {
    Said said = run(List.of("/bin/sh", "-c", lines));

    assertThat(said.code()).as(said.text()).isZero();
    assertThat(statuses(said.text()))
        .containsExactly(
            "200",
            "401 INVALID_API_KEY",
            "403 ORG_ACCESS_DENIED",
            "403 PERMISSION_DENIED",
            "401 INVALID_API_KEY");
    assertThat(said.text())
        .containsPattern("organization.keygate.dev/acme +acme +True +Ready")
        .containsPattern("apikey.keygate.dev/first-key +acme +live +True +Ready")
        .containsPattern("\nfirst-key +acme +live +True +Ready +[1-9][0-9]* +[0-9]+")
        .endsWith("apikey.keygate.dev/first-key condition met\n");
  }

  /** "200", "401 INVALID_API_KEY", ... as curl printed them one after the other. */
  private static List<String> statuses(String text) {
    List<String> statuses = new ArrayList<>();
    for (String part : text.split("HTTP/1.1 ", -1)) {
      if (part.matches("(?s)[0-9]{3} .*")) {
        statuses.add(new Answer(Integer.parseInt(part.substring(0, 3)), part).summary());
      }
    }
    return statuses;
  }

  private static String linesToTry(String text) {
    String begin = "Lines to try:\n";
    assertThat(text).contains(begin);
    String rest = text.substring(text.indexOf(begin) + begin.length());
    return rest.substring(0, rest.indexOf("\nready after "));
  }

  private static Said quickstart(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(List.of(Checkout.root().resolve("quickstart").toString()));
    command.addAll(List.of(arguments));
    return run(command);
  }

  private static Said run(List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(temp, "said", "");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    String text = Files.readString(output);
    assertThat(ended).as("%s ends in time; it said so far: %s", command, text).isTrue();
    return new Said(process.exitValue(), text);
  }

  private static long launcher() throws IOException {
    return Long.parseLong(Files.readString(directory.resolve("launcher.pid")).strip());
  }

  private record Pid(String name, long id) {
    /** An orphan that nobody has reaped yet runs nothing any more. */
    boolean runs() {
      return ProcessHandle.of(id)
          .filter(ProcessHandle::isAlive)
          .flatMap(process -> process.info().command())
          .isPresent();
    }
  }

  private static List<Pid> pids() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("pids"))) {
      return files.map(QuickstartE2E::pid).toList();
    }
  }

  private static Pid pid(Path file) {
    try {
      return new Pid(
          file.getFileName().toString().replace(".pid", ""),
          Long.parseLong(Files.readString(file).strip()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
