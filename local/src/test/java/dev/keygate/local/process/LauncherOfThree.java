package dev.keygate.local.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A launcher for {@link WatchdogTest} to kill: a shell, a process that ignores TERM, and a JVM. */
final class LauncherOfThree {

  private LauncherOfThree() {}

  static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    try (Supervisor supervisor = Supervisor.start(directory, _ -> {})) {
      add(supervisor, directory, "plain", List.of("/bin/sh", "-c", "exec sleep 600"));
      add(
          supervisor,
          directory,
          "stubborn",
          List.of("/bin/sh", "-c", "trap '' TERM; while :; do sleep 600; done"));
      add(
          supervisor,
          directory,
          "jvm",
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-cp",
              System.getProperty("java.class.path"),
              Sleeper.class.getName()));
      System.out.println("started");
      Thread.sleep(Duration.ofMinutes(10));
    }
  }

  private static void add(
      Supervisor supervisor, Path directory, String name, List<String> command) {
    supervisor.add(ProcessSpec.of(name, directory, command), () -> true).start();
  }

  /** A JVM that does nothing for a while. */
  static final class Sleeper {
    private Sleeper() {}

    static void main(String[] args) throws InterruptedException {
      Thread.sleep(Duration.ofMinutes(10));
    }
  }
}
