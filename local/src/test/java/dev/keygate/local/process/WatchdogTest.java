package dev.keygate.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchdogTest {

  @TempDir Path temp;

  @Test
  void noProcessIsLeftWhenTheLauncherIsKilled() throws Exception {
    Process launcher = startLauncher();
    List<ProcessHandle> children = children();
    assertThat(children).hasSize(3).allMatch(ProcessHandle::isAlive);

    launcher.destroyForcibly().waitFor();

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(children).noneMatch(WatchdogTest::runs));
  }

  @ParameterizedTest(name = "signal {0}")
  @ValueSource(strings = {"INT", "TERM", "HUP"})
  void noProcessIsLeftWhenTheLauncherGetsASignal(String signal) throws Exception {
    Process launcher = startLauncher();
    List<ProcessHandle> children = children();

    Signal.send(signal, launcher.pid());

    assertThat(launcher.waitFor(30, TimeUnit.SECONDS)).isTrue();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(children).noneMatch(WatchdogTest::runs));
  }

  private Process startLauncher() throws Exception {
    Process launcher =
        new ProcessBuilder(
                // Whoever runs the tests may ignore signals (nohup, a shell's background job).
                "env",
                "--default-signal=INT,TERM,HUP",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LauncherOfThree.class.getName(),
                temp.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader output = launcher.inputReader();
    assertThat(output.readLine()).isEqualTo("started");
    return launcher;
  }

  private List<ProcessHandle> children() throws Exception {
    try (Stream<Path> files = Files.list(temp.resolve("pids"))) {
      return files.map(WatchdogTest::pid).map(pid -> ProcessHandle.of(pid).orElseThrow()).toList();
    }
  }

  private static long pid(Path file) {
    try {
      return Long.parseLong(Files.readString(file).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An orphan that nobody has reaped yet is no process any more: it runs nothing. */
  private static boolean runs(ProcessHandle process) {
    return process.isAlive() && process.info().command().isPresent();
  }
}
