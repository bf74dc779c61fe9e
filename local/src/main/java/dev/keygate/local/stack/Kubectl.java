package dev.keygate.local.stack;

import dev.keygate.local.process.CommandFailedException;
import dev.keygate.local.process.Supervisor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs {@code kubectl} against the stack's API server, as a user would. Safe for several threads.
 */
public final class Kubectl {

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Path program;
  private final Path kubeconfig;
  private final Supervisor supervisor;

  Kubectl(Path program, Path kubeconfig, Supervisor supervisor) {
    this.program = program;
    this.kubeconfig = kubeconfig;
    this.supervisor = supervisor;
  }

  /**
   * Runs it with these arguments and returns what it printed.
   *
   * @throws CommandFailedException when its exit code is not 0
   */
  public String run(String... arguments) throws InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(program.toString(), "--kubeconfig=" + kubeconfig));
    command.addAll(List.of(arguments));
    return supervisor.capture(command, PATIENCE);
  }

  /** Applies the files below {@code path} by server-side apply. */
  public String apply(Path path) throws InterruptedException {
    return run("apply", "--server-side", "--force-conflicts", "-f", path.toString());
  }
}
