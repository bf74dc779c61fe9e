package dev.keygate.local.quickstart;

import dev.keygate.local.controlplane.ControlPlaneUnavailableException;
import dev.keygate.local.process.CommandFailedException;
import dev.keygate.local.process.StartFailedException;
import dev.keygate.local.stack.LocalStack;
import dev.keygate.local.stack.StackOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Runs a local stack from the command line. The script {@code quickstart} sets {@code keygate.root}
 * (the checkout) and {@code keygate.begin} (when it was called, seconds since 1970).
 */
public final class Launcher {

  private static final long MEGABYTE = 1_000_000;

  /**
   * Databases with their logs, two unpacked programs with their archives, and room for some keys.
   */
  private static final long SPACE_NEEDED = 800 * MEGABYTE;

  /** More than the processes get one after the other: those of each tier a minute. */
  private static final Duration DOWN_PATIENCE = Duration.ofMinutes(4);

  private static final Duration DOWN_NEWS = Duration.ofSeconds(5);

  private static volatile boolean stopping;
  private static volatile boolean failed;

  private Launcher() {}

  static void main(String[] args) throws InterruptedException {
    int code = 1;
    try {
      code = run(Request.parse(List.of(args), Path.of("").toAbsolutePath()));
    } catch (FileSystemException e) {
      complain(
          "can't use %s (%s): give another folder with --dir, or mend this one."
              .formatted(
                  e.getFile(),
                  e.getReason() == null ? e.getClass().getSimpleName() : e.getReason()));
      failed = true;
    } catch (StartFailedException
        | CommandFailedException
        | ControlPlaneUnavailableException
        | UncheckedIOException
        | IOException
        | IllegalStateException e) {
      complain(String.valueOf(e.getMessage()));
      failed = true;
    }
    System.exit(code);
  }

  private static int run(Request request) throws IOException, InterruptedException {
    return switch (request) {
      case Request.Unclear(String sentence) -> {
        complain(sentence + "; ./quickstart --help lists what there is.");
        yield 2;
      }
      case Request.Down(Path directory) -> down(directory);
      case Request.Up up -> up(up);
    };
  }

  private static int up(Request.Up up) throws IOException, InterruptedException {
    if (up.detach() && DirectoryLock.holder(up.directory()).isEmpty()) {
      return Detached.start(up);
    }
    Optional<DirectoryLock> lock = DirectoryLock.take(up.directory());
    if (lock.isEmpty()) {
      complain(
          "a stack already runs in %s: stop it with ./quickstart down --dir %s, or give another --dir."
              .formatted(up.directory(), up.directory()));
      return 1;
    }
    long free = Files.getFileStore(up.directory()).getUsableSpace();
    if (free < SPACE_NEEDED) {
      lock.get().close();
      complain(
          "a stack needs %d MB free and %s has %d MB: free some space there, or give another --dir."
              .formatted(SPACE_NEEDED / MEGABYTE, up.directory(), free / MEGABYTE));
      return 1;
    }
    Path root = Path.of(System.getProperty("keygate.root", ""));
    StackOptions options = new StackOptions(root, up.directory(), up.gateways(), up.operators());
    try (DirectoryLock _ = lock.get();
        LocalStack stack = LocalStack.create(options, Launcher::say, ago())) {
      Outcome.clear(up.directory());
      Thread stop = new Thread(() -> stop(stack, up.directory()));
      Runtime.getRuntime().addShutdownHook(stop);
      stack.start();
      Examples examples = new Examples(stack.kubectl(), root.resolve("examples"));
      List<String> unsettled = up.operators() > 0 ? applied(examples, stack) : List.of();
      if (unsettled.isEmpty()) {
        String lines = up.operators() > 0 ? linesToTry(examples, up) : "";
        System.out.printf(
            "%n%s%n%sready after %.1f s; all addresses are in %s; %s%n",
            stack.timeline(),
            lines,
            stack.elapsed().toMillis() / 1000.0,
            up.directory().resolve("env"),
            Detached.howToStop(up.directory()));
        Outcome.READY.writeTo(up.directory());
      } else {
        complain(notReady(unsettled, up));
        Outcome.NOT_READY.writeTo(up.directory());
      }
      new CountDownLatch(1).await();
    }
    return 0;
  }

  private static List<String> applied(Examples examples, LocalStack stack)
      throws IOException, InterruptedException {
    Duration begin = stack.elapsed();
    examples.apply();
    List<String> unsettled = examples.awaitKeys();
    stack.note("examples applied, keys ready", begin);
    return unsettled;
  }

  private static String linesToTry(Examples examples, Request.Up up) throws InterruptedException {
    return "Lines to try:%n%n%s%n"
        .formatted(
            LinesToTry.of(up.directory().resolve("env"), examples.revoked("demo/first-key")));
  }

  private static String notReady(List<String> unsettled, Request.Up up) {
    return "all processes run, but not all keys of examples/ are accepted: %s. After `. %s`, kubectl describe says why; ./quickstart down --dir %s stops the stack."
        .formatted(String.join(", ", unsettled), up.directory().resolve("env"), up.directory());
  }

  private static void stop(LocalStack stack, Path directory) {
    stopping = true;
    if (!failed) {
      System.err.println("quickstart: stopping");
    }
    try {
      Outcome.clear(directory);
    } catch (IOException e) {
      System.err.println("quickstart: can't tidy " + directory + ": " + e.getMessage());
    }
    stack.close();
  }

  private static int down(Path directory) throws IOException, InterruptedException {
    Optional<ProcessHandle> launcher = DirectoryLock.holder(directory);
    if (launcher.isEmpty()) {
      System.out.println("quickstart: no stack runs in " + directory);
      return 0;
    }
    launcher.get().destroy();
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < DOWN_PATIENCE.toNanos()) {
      try {
        launcher.get().onExit().get(DOWN_NEWS.toSeconds(), TimeUnit.SECONDS);
        System.out.println("quickstart: the stack in " + directory + " is stopped");
        return 0;
      } catch (TimeoutException e) {
        System.out.println("quickstart: waiting for " + String.join(", ", running(directory)));
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
    complain(
        "the launcher (process %d) did not end within %d s: end it with kill -9 %d, which ends the rest of the stack too."
            .formatted(launcher.get().pid(), DOWN_PATIENCE.toSeconds(), launcher.get().pid()));
    return 1;
  }

  /** Names of the processes of the stack that have not ended, or else of its launcher. */
  private static List<String> running(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("pids"))) {
      List<String> names =
          files.map(file -> file.getFileName().toString().replace(".pid", "")).sorted().toList();
      return names.isEmpty() ? List.of("the launcher") : names;
    }
  }

  private static Duration ago() {
    String begin = System.getProperty("keygate.begin", "");
    return begin.isEmpty()
        ? Duration.ZERO
        : Duration.between(Instant.ofEpochSecond(Long.parseLong(begin)), Instant.now());
  }

  private static void say(String line) {
    System.err.println(line);
  }

  /** Says why nothing came of it; what breaks while the stack is being stopped is no news. */
  private static void complain(String sentence) {
    if (!stopping) {
      System.err.println("quickstart: " + sentence);
    }
  }
}
