package dev.keygate.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.local.stack.LocalStack;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * The checker in a process of its own, whose class path has nothing of the product: only its own
 * package and the JDBC driver.
 */
final class CheckerProcess implements AutoCloseable {

  private static final Duration PATIENCE = FaultStack.PATIENCE.plusSeconds(60);
  private static final String PACKAGE = "dev/keygate/local/checker";

  private final Process process;
  private final PrintWriter orders;
  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
  private final List<String> violations = new ArrayList<>();
  private final Path history;

  private CheckerProcess(Process process, Path history) {
    this.process = process;
    this.history = history;
    this.orders = new PrintWriter(process.outputWriter(), true);
    Thread.ofPlatform().daemon().name("checker-output").start(this::listen);
  }

  /**
   * @param name of this check: names its history file, and the label {@code checker} of ApiKeys
   *     whose keys nobody else uses
   * @param sweep after which no usable key may be without its ApiKey
   * @param convergence after which all must be done and silent
   */
  static CheckerProcess watch(LocalStack stack, String name, Duration sweep, Duration convergence) {
    Path directory = stack.directory().resolve("checker");
    Path history = directory.resolve(name + ".history");
    Path settings = directory.resolve(name + ".properties");
    try {
      Files.createDirectories(directory);
      Files.deleteIfExists(settings);
      Files.createFile(
          settings,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(settings, properties(stack, name, history, sweep, convergence));
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-Xmx256m",
                  "-cp",
                  ownClasses(directory) + File.pathSeparator + jdbcDriver(),
                  "dev.keygate.local.checker.Checker",
                  settings.toString())
              .redirectError(directory.resolve(name + ".err").toFile())
              .start();
      CheckerProcess checker = new CheckerProcess(process, history);
      checker.await("READY");
      return checker;
    } catch (IOException e) {
      throw new UncheckedIOException("the checker can't be started", e);
    }
  }

  /** Something is disturbed from now on. */
  void fault(String what) {
    orders.println("fault " + what);
  }

  /** Nothing is disturbed any more. */
  void healed() {
    orders.println("healed");
  }

  /** A replica was killed: so many requests may stay uncounted. */
  void mayLose(int requests) {
    orders.println("lost " + requests);
  }

  /** Returns once all has converged and fallen silent; otherwise there is a violation. */
  void awaitSilence() {
    orders.println("quiet");
    await("QUIET");
  }

  /** Returns once it has seen that violation. */
  void awaitViolation(int invariant, String... about) {
    Awaitility.await("violation of invariant " + invariant)
        .atMost(PATIENCE)
        .until(() -> hasSeen(invariant, about));
  }

  boolean hasSeen(int invariant, String... about) {
    return violations().stream()
        .anyMatch(
            seen ->
                seen.startsWith("VIOLATION " + invariant + " ")
                    && Arrays.stream(about).allMatch(seen::contains));
  }

  /** Ends it; there must have been no violation. */
  void assertNothingSeen() {
    orders.println("end");
    await("END");
    assertThat(violations).as("see %s", history).isEmpty();
  }

  List<String> violations() {
    synchronized (violations) {
      return List.copyOf(violations);
    }
  }

  private String await(String begin) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    try {
      while (true) {
        String line = said.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (line == null) {
          throw new AssertionError(
              "the checker did not say %s within %d s, see %s"
                  .formatted(begin, PATIENCE.toSeconds(), history));
        }
        if (line.startsWith(begin)) {
          return line;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("SystemOut") // what the checker says is for whoever reads the build's log
  private void listen() {
    try (BufferedReader reader = process.inputReader()) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        System.out.println("checker: " + line);
        if (line.startsWith("VIOLATION")) {
          synchronized (violations) {
            violations.add(line);
          }
        }
        said.add(line);
      }
    } catch (IOException e) {
      // It ended.
    }
  }

  private static String properties(
      LocalStack stack, String name, Path history, Duration sweep, Duration convergence) {
    URI database = URI.create(stack.endpoints().databaseUrl());
    String[] user = database.getUserInfo().split(":", 2);
    return """
    kubectl=%s
    kubeconfig=%s
    jdbc-url=jdbc:postgresql://127.0.0.1:%d%s
    database-user=%s
    database-password=%s
    gateways=%s
    management=%s
    logs=%s
    history=%s
    sweep-millis=%d
    convergence-millis=%d
    exclusive=%s
    seed=%d
    """
        .formatted(
            stack.directory().resolve("bin/kubectl"),
            stack.endpoints().kubeconfig(),
            database.getPort(),
            database.getPath(),
            user[0],
            user[1],
            String.join(" ", stack.endpoints().gateways()),
            String.join(" ", stack.endpoints().gatewayManagement()),
            stack.directory().resolve("logs"),
            history,
            sweep.toMillis(),
            convergence.toMillis(),
            name,
            Plan.seed());
  }

  private static Path ownClasses(Path directory) throws IOException {
    Path from = testClasses().resolve(PACKAGE);
    Path to = directory.resolve("classes");
    Files.createDirectories(to.resolve(PACKAGE));
    try (var files = Files.list(from)) {
      for (Path file : files.collect(Collectors.toList())) {
        Files.copy(
            file,
            to.resolve(PACKAGE).resolve(file.getFileName().toString()),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return to;
  }

  static Path testClasses() {
    return Path.of(
        CheckerProcess.class.getProtectionDomain().getCodeSource().getLocation().getPath());
  }

  private static String jdbcDriver() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> Path.of(entry).getFileName().toString().startsWith("postgresql-"))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    process.destroy();
  }
}
