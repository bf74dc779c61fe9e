package dev.keygate.local.process;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;

/**
 * Ends what the launcher started once the launcher is gone, however it went ({@code kill -9} too).
 *
 * <p>A small shell reads the ids of the children from a pipe. When the launcher dies the kernel
 * closes the pipe, and the shell kills them. A child starts as a shell that waits for a line on its
 * own pipe before it becomes the program: the launcher writes that line only after the watchdog
 * knows the child, so there is no moment at which a child could be forgotten. Children run in a
 * session of their own, so that Ctrl-C reaches the launcher alone and it stops them in order. Safe
 * for use from several threads.
 */
final class Watchdog implements AutoCloseable {

  private static final String WATCH =
      """
      trap '' INT HUP TERM
      pids=
      while read -r sign pid; do
        case $sign in
          +) pids="$pids $pid" ;;
          -) rest=
             for one in $pids; do [ "$one" = "$pid" ] || rest="$rest $one"; done
             pids=$rest ;;
        esac
      done
      any_lives() {
        for one in $pids; do kill -0 "$one" 2>/dev/null && return 0; done
        return 1
      }
      for one in $pids; do kill -TERM "$one" 2>/dev/null; done
      tries=0
      while [ $tries -lt 30 ] && any_lives; do
        tries=$((tries + 1))
        sleep 0.1
      done
      for one in $pids; do kill -KILL "$one" 2>/dev/null; done
      exit 0
      """;

  private static final String WAIT_THEN_BECOME = "read -r go && exec \"$@\" </dev/null";

  private final Process shell;
  private final OutputStream pipe;

  private Watchdog(Process shell) {
    this.shell = shell;
    this.pipe = shell.getOutputStream();
  }

  static Watchdog start() throws IOException {
    return new Watchdog(
        new ProcessBuilder(inOwnSession(List.of("/bin/sh", "-c", WATCH)))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  /**
   * Starts the process and returns once it may run. Output and errors are appended to {@code log}.
   */
  Process launch(ProcessSpec spec, Path log) throws IOException {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", WAIT_THEN_BECOME, spec.name()));
    command.addAll(spec.command());
    ProcessBuilder builder =
        new ProcessBuilder(inOwnSession(command))
            .directory(spec.directory().toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(spec.environment());
    Process process = builder.start();
    long pid = process.pid();
    tell("+ " + pid);
    Future<?> _ = process.onExit().thenRun(() -> forget(pid));
    try (OutputStream go = process.getOutputStream()) {
      go.write('\n');
    }
    return process;
  }

  private void forget(long pid) {
    try {
      tell("- " + pid);
    } catch (UncheckedIOException e) {
      // The watchdog ends with the launcher; it has nothing left to forget.
    }
  }

  private synchronized void tell(String line) {
    try {
      pipe.write((line + "\n").getBytes(US_ASCII));
      pipe.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the watchdog of the local stack is gone", e);
    }
  }

  /** Kills whatever still runs. */
  @Override
  public void close() throws IOException {
    synchronized (this) {
      pipe.close();
    }
    try {
      shell.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A child of the JVM is no group leader, so {@code setsid} does not fork and the id stays. */
  private static List<String> inOwnSession(List<String> command) {
    for (String folder : System.getenv().getOrDefault("PATH", "/usr/bin").split(":", -1)) {
      if (Files.isExecutable(Path.of(folder, "setsid"))) {
        List<String> wrapped = new ArrayList<>(List.of(folder + "/setsid"));
        wrapped.addAll(command);
        return wrapped;
      }
    }
    return command;
  }
}
