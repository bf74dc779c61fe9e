package dev.keygate.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Starts, watches and ends the processes of one stack, each with a log in {@code DIR/logs} and an
 * id in {@code DIR/pids}. Safe for use from several threads.
 */
public final class Supervisor implements AutoCloseable {

  /** A Java program writes its archive when it ends, which takes long on a busy machine. */
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(60);

  /** Of the patience with a process that ends: after so much of it a person is told. */
  private static final int QUIET_PART = 12;

  private final Duration stopPatience;
  private final Path directory;
  private final Path logs;
  private final Path pids;
  private final Consumer<String> say;
  private final Watchdog watchdog;
  private final ScheduledExecutorService later =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("restarts").factory());
  private final Map<String, Child> children = new LinkedHashMap<>();
  private volatile boolean closing;

  private Supervisor(Path directory, Consumer<String> say, Watchdog watchdog, Duration stopPatience)
      throws IOException {
    this.stopPatience = stopPatience;
    this.directory = directory;
    this.logs = Files.createDirectories(directory.resolve("logs"));
    this.pids = emptied(directory.resolve("pids"));
    this.say = say;
    this.watchdog = watchdog;
  }

  /**
   * A supervisor whose files are below {@code directory}; {@code say} gets what a person must know.
   */
  public static Supervisor start(Path directory, Consumer<String> say) {
    return start(directory, say, STOP_PATIENCE);
  }

  /** {@code stopPatience} is what a process gets to end in good order before it is killed. */
  static Supervisor start(Path directory, Consumer<String> say, Duration stopPatience) {
    try {
      return new Supervisor(directory, say, Watchdog.start(), stopPatience);
    } catch (IOException e) {
      throw new UncheckedIOException("can't write below " + directory, e);
    }
  }

  /** Makes a process known, without starting it. */
  public Child add(ProcessSpec spec, Readiness readiness) {
    Child child = new Child(spec, readiness, this);
    synchronized (children) {
      if (children.putIfAbsent(spec.name(), child) != null) {
        throw new IllegalArgumentException("there is a process " + spec.name() + " already");
      }
    }
    return child;
  }

  /**
   * Runs a process to its end.
   *
   * @throws StartFailedException when its exit code is not 0 or it takes longer than {@code
   *     patience}
   */
  public void run(ProcessSpec spec, Duration patience) throws InterruptedException {
    Child child = new Child(spec, () -> false, this);
    child.start();
    try {
      int code = child.awaitEnd(patience);
      if (code != 0) {
        throw failed(child, "failed with exit code " + code);
      }
    } catch (TimeoutException e) {
      throw failed(child, "was still running after " + patience.toSeconds() + " s");
    } finally {
      child.kill();
    }
  }

  /**
   * Runs a short command to its end and returns what it printed, errors included.
   *
   * @throws StartFailedException when it does not end within {@code patience}
   * @throws CommandFailedException when its exit code is not 0
   */
  public String capture(List<String> command, Duration patience) throws InterruptedException {
    try {
      Path output = Files.createTempFile(directory, ".output-", "");
      try {
        Process process = watchdog.launch(ProcessSpec.of("command", directory, command), output);
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly().waitFor();
          throw new StartFailedException(
              "%s did not end within %d s: %s"
                  .formatted(
                      String.join(" ", command), patience.toSeconds(), Files.readString(output)));
        }
        String said = Files.readString(output);
        if (process.exitValue() != 0) {
          throw new CommandFailedException(command, process.exitValue(), said);
        }
        return said;
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can't run " + String.join(" ", command), e);
    }
  }

  /** What a supervisor that was killed left there may be the id of a stranger by now. */
  private static Path emptied(Path pids) throws IOException {
    Files.createDirectories(pids);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(pids, "*.pid")) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    return pids;
  }

  private static StartFailedException failed(Child child, String how) {
    return new StartFailedException(
        "%s %s; the end of its log (%s):%n%s"
            .formatted(child.name(), how, child.log(), LogTail.of(child.log(), 20)));
  }

  /** The process of that name. */
  public Child child(String name) {
    synchronized (children) {
      Child child = children.get(name);
      if (child == null) {
        throw new IllegalArgumentException(
            "no process " + name + "; there are " + String.join(", ", children.keySet()));
      }
      return child;
    }
  }

  /** All processes in the order in which they were added. */
  public List<Child> children() {
    synchronized (children) {
      return List.copyOf(children.values());
    }
  }

  /** Stops the processes tier by tier, then the watchdog. */
  @Override
  public void close() {
    closing = true;
    later.shutdownNow();
    Map<Integer, List<Child>> tiers =
        children().stream()
            .collect(Collectors.groupingBy(Child::tier, TreeMap::new, Collectors.toList()));
    for (List<Child> tier : tiers.values()) {
      // Closing the executor waits for all of the tier.
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        tier.forEach(child -> threads.execute(child::stopQuietly));
      }
    }
    try {
      watchdog.close();
    } catch (IOException e) {
      say("can't end the watchdog: " + e.getMessage());
    }
  }

  void refuseWhenClosing() {
    if (closing) {
      throw new IllegalStateException("the stack is being stopped");
    }
  }

  boolean closing() {
    return closing;
  }

  void say(String line) {
    say.accept(line);
  }

  void after(Duration delay, Runnable action) {
    if (!closing) {
      Future<?> _ = later.schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  Duration stopPatience() {
    return stopPatience;
  }

  Duration quietPatience() {
    return stopPatience.dividedBy(QUIET_PART);
  }

  Path logs() {
    return logs;
  }

  Path pids() {
    return pids;
  }

  Watchdog watchdog() {
    return watchdog;
  }
}
