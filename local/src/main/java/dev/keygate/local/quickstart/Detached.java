package dev.keygate.local.quickstart;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Starts a launcher of its own for the stack, shows what it says until the stack is ready, and
 * leaves it running.
 */
final class Detached {

  /** Property of a launcher that no terminal holds. */
  private static final String DETACHED = "keygate.detached";

  private static final Duration POLL = Duration.ofMillis(50);

  private Detached() {}

  /**
   * Returns the exit code: 0 when the stack is ready, 1 when the launcher gave up or a key of the
   * examples is not accepted.
   */
  static int start(Request.Up up) throws IOException, InterruptedException {
    Path log = Files.createDirectories(up.directory().resolve("logs")).resolve("launcher.log");
    Files.deleteIfExists(log);
    Outcome.clear(up.directory());
    Process launcher =
        new ProcessBuilder(command(up))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    Thread giveUp = new Thread(launcher::destroy);
    Runtime.getRuntime().addShutdownHook(giveUp);
    try (RandomAccessFile output = new RandomAccessFile(log.toFile(), "r")) {
      boolean alive = true;
      Optional<Outcome> outcome = Optional.empty();
      while (alive && outcome.isEmpty()) {
        alive = launcher.isAlive();
        outcome = Outcome.of(up.directory());
        show(output);
        Thread.sleep(POLL);
      }
      show(output);
      if (outcome.isPresent()) {
        Runtime.getRuntime().removeShutdownHook(giveUp);
      }
      return outcome.map(Outcome::exitCode).orElse(1);
    }
  }

  /** How a person ends the stack that this launcher runs. */
  static String howToStop(Path directory) {
    return Boolean.getBoolean(DETACHED)
        ? "./quickstart down --dir %s stops it".formatted(directory)
        : "Ctrl-C stops it";
  }

  private static List<String> command(Request.Up up) {
    List<String> command =
        new ArrayList<>(
            List.of(
                // Ctrl-C in this terminal is not meant for it.
                "/bin/sh",
                "-c",
                "command -v setsid >/dev/null && exec setsid \"$@\"; trap '' INT HUP; exec \"$@\"",
                "launcher",
                Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of(
            "-D" + DETACHED + "=true",
            "-cp",
            System.getProperty("java.class.path"),
            Launcher.class.getName(),
            "--dir",
            up.directory().toString(),
            "--gateways",
            Integer.toString(up.gateways()),
            "--operators",
            Integer.toString(up.operators())));
    return command;
  }

  private static void show(RandomAccessFile output) throws IOException {
    byte[] bytes = new byte[8192];
    for (int read = output.read(bytes); read > 0; read = output.read(bytes)) {
      System.out.write(bytes, 0, read);
    }
    System.out.flush();
  }
}
