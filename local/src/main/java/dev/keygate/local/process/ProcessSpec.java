package dev.keygate.local.process;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a process is started and stopped.
 *
 * @param name names its log and pid file: lower case letters, digits and hyphens
 * @param command program and arguments; it must not fork itself into the background
 * @param environment is added to the launcher's own
 * @param directory where it runs
 * @param stopSignal asks it to end in good order, for example {@code TERM}
 * @param tier 0 for a process that nobody needs; when all are stopped, a lower tier ends first, and
 *     those of one tier at the same time
 */
public record ProcessSpec(
    String name,
    List<String> command,
    Map<String, String> environment,
    Path directory,
    String stopSignal,
    int tier) {

  public ProcessSpec {
    if (!name.matches("[a-z0-9-]+")) {
      throw new IllegalArgumentException("not the name of a process: " + name);
    }
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /** A process that {@code TERM} ends. */
  public static ProcessSpec of(String name, Path directory, List<String> command) {
    return new ProcessSpec(name, command, Map.of(), directory, "TERM", 0);
  }

  /** The same process with one more environment variable. */
  public ProcessSpec with(String variable, String value) {
    Map<String, String> all = new HashMap<>(environment);
    all.put(variable, value);
    return new ProcessSpec(name, command, all, directory, stopSignal, tier);
  }

  /** The same process, stopped by another signal. */
  public ProcessSpec stoppedBy(String signal) {
    return new ProcessSpec(name, command, environment, directory, signal, tier);
  }

  /** The same process, stopped after those of lower tiers. */
  public ProcessSpec inTier(int number) {
    return new ProcessSpec(name, command, environment, directory, stopSignal, number);
  }
}
