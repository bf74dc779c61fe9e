package dev.keygate.local.quickstart;

import dev.keygate.local.controlplane.ControlPlaneUnavailableException;
import dev.keygate.local.process.CommandFailedException;
import dev.keygate.local.process.StartFailedException;
import dev.keygate.local.stack.LocalStack;
import dev.keygate.local.stack.StackOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
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

/**
 * Runs a local stack from the command line. The script {@code quickstart} sets {@code keygate.root}
 * (the checkout) and {@code keygate.begin} (when it was called, seconds since 1970).
 */
public final class Launcher {

  private static final Duration DOWN_PATIENCE = Duration.ofSeconds(60);

  private static volatile boolean stopping;

  private Launcher() {}

  static void main(String[] args) throws InterruptedException {
    int code = 1;
    try {
      code = run(Request.parse(List.of(args), Path.of("").toAbsolutePath()));
    } catch (StartFailedException
        | CommandFailedException
        | ControlPlaneUnavailableException
        | UncheckedIOException
        | IOException
        | IllegalStateException e) {
      complain(String.valueOf(e.getMessage()));
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
    try (DirectoryLock _ = lock.get();
        LocalStack stack = LocalStack.create(options(up), Launcher::say, ago())) {
      Path ready = ReadyFile.of(up.directory());
      Files.deleteIfExists(ready);
      Thread stop = new Thread(() -> stop(stack, ready));
      Runtime.getRuntime().addShutdownHook(stop);
      stack.start();
      String lines = up.operators() > 0 ? applyExamples(stack, up) : "";
      System.out.printf(
          "%n%s%n%sready after %.1f s; all addresses are in %s%n",
          stack.timeline(),
          lines,
          stack.elapsed().toMillis() / 1000.0,
          up.directory().resolve("env"));
      Files.createFile(ready);
      new CountDownLatch(1).await();
    }
    return 0;
  }

  private static StackOptions options(Request.Up up) {
    Path root = Path.of(System.getProperty("keygate.root", ""));
    return new StackOptions(root, up.directory(), up.gateways(), up.operators());
  }

  private static String applyExamples(LocalStack stack, Request.Up up)
      throws IOException, InterruptedException {
    Duration begin = stack.elapsed();
    Examples examples = new Examples(stack.kubectl());
    examples.apply(options(up).root().resolve("examples"));
    List<String> unsettled = examples.awaitKeys();
    stack.note("examples applied, keys ready", begin);
    unsettled.forEach(key -> complain("not ready: " + key));
    return "Lines to try:%n%n%s%n"
        .formatted(LinesToTry.of(up.directory().resolve("env"), examples.revoked("first-key")));
  }

  private static void stop(LocalStack stack, Path ready) {
    stopping = true;
    System.err.println("quickstart: stopping");
    try {
      Files.deleteIfExists(ready);
    } catch (IOException e) {
      System.err.println("quickstart: can't remove " + ready + ": " + e.getMessage());
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
    try {
      launcher.get().onExit().get(DOWN_PATIENCE.toSeconds(), TimeUnit.SECONDS);
      System.out.println("quickstart: the stack in " + directory + " is stopped");
      return 0;
    } catch (TimeoutException | ExecutionException e) {
      complain(
          "the launcher (process %d) did not end within %d s: end it with kill -9 %d, which ends the rest of the stack too."
              .formatted(launcher.get().pid(), DOWN_PATIENCE.toSeconds(), launcher.get().pid()));
      return 1;
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
