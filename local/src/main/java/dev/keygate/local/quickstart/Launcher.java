package dev.keygate.local.quickstart;

import dev.keygate.local.controlplane.ControlPlaneUnavailableException;
import dev.keygate.local.process.CommandFailedException;
import dev.keygate.local.process.StartFailedException;
import dev.keygate.local.stack.LocalStack;
import dev.keygate.local.stack.StackOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * Runs a local stack from the command line. The script {@code quickstart} sets {@code keygate.root}
 * (the checkout) and {@code keygate.begin} (when it was called, seconds since 1970).
 */
public final class Launcher {

  private static final String HELP =
      """
      Runs Keygate on this machine: PostgreSQL, a real Kubernetes API server, operator, gateway and a
      demo upstream, all on loopback. Applies examples/ and prints lines to try.

        ./quickstart              run until Ctrl-C
        ./quickstart --detach     return when everything is ready
        ./quickstart down         stop what --detach left running

        --dir DIR                 where all its state is kept (default .keygate)
        --gateways N              gateway replicas (default 1)
        --operators N             operator replicas (default 1)
        --help                    this text

      DIR/env is a shell file with the addresses and the stack's kubectl; DIR/logs has one log per
      process and DIR/pids one process id per process.
      """;

  private Launcher() {}

  static void main(String[] args) throws InterruptedException {
    Path here = Path.of("").toAbsolutePath();
    try {
      System.exit(run(Request.parse(List.of(args), here)));
    } catch (StartFailedException
        | CommandFailedException
        | ControlPlaneUnavailableException
        | UncheckedIOException
        | IOException e) {
      complain(String.valueOf(e.getMessage()));
      System.exit(1);
    }
  }

  private static int run(Request request) throws IOException, InterruptedException {
    return switch (request) {
      case Request.Help() -> {
        System.out.print(HELP);
        yield 0;
      }
      case Request.Unclear(String sentence) -> {
        complain(sentence + "; ./quickstart --help lists what there is.");
        yield 2;
      }
      case Request.Down down -> 0;
      case Request.Up up -> up(up);
    };
  }

  private static int up(Request.Up up) throws IOException, InterruptedException {
    Optional<DirectoryLock> lock = DirectoryLock.take(up.directory());
    if (lock.isEmpty()) {
      complain(
          "a stack already runs in %s: stop it with ./quickstart down --dir %s, or give another --dir."
              .formatted(up.directory(), up.directory()));
      return 1;
    }
    Path root = Path.of(System.getProperty("keygate.root", ""));
    StackOptions options = new StackOptions(root, up.directory(), up.gateways(), up.operators());
    CountDownLatch stop = new CountDownLatch(1);
    try (LocalStack stack = LocalStack.create(options, System.err::println, ago())) {
      Runtime.getRuntime().addShutdownHook(new Thread(stack::close));
      stack.start();
      System.out.print(stack.timeline());
      System.out.println("ready: . " + up.directory() + "/env");
      stop.await();
    }
    return 0;
  }

  private static Duration ago() {
    String begin = System.getProperty("keygate.begin", "");
    return begin.isEmpty()
        ? Duration.ZERO
        : Duration.between(Instant.ofEpochSecond(Long.parseLong(begin)), Instant.now());
  }

  private static void complain(String sentence) {
    System.err.println("quickstart: " + sentence);
  }
}
