package dev.keygate.bench.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Keeps the gateway and the load on different cores, where {@code taskset} and two cores are there,
 * so that neither takes CPU from the other.
 */
public enum Cores {
  /** The first half for the gateway. */
  SPLIT,
  /** Everything anywhere. */
  SHARED;

  /** Read once: after {@link #moveSelf} the JVM sees only its own. */
  private static final int ALL = Runtime.getRuntime().availableProcessors();

  private static final int ATTEMPTS = 10;

  public static Cores choose() {
    boolean possible = ALL > 1 && Files.isExecutable(Path.of("/usr/bin/taskset"));
    return possible ? SPLIT : SHARED;
  }

  /** What to put in front of the gateway's command. */
  List<String> gatewayPrefix() {
    return this == SPLIT ? List.of("taskset", "-c", "0-" + (half() - 1)) : List.of();
  }

  /** Moves this process, with all its threads, to the other half. */
  public void moveSelf() throws IOException, InterruptedException {
    if (this == SHARED) {
      return;
    }
    String others = half() + "-" + (ALL - 1);
    // A thread that ends between its listing and its move makes taskset fail.
    for (int attempt = 1; !moved(others); attempt++) {
      if (attempt == ATTEMPTS) {
        throw new IOException("taskset could not move the load generator to cores " + others);
      }
    }
  }

  private static boolean moved(String cores) throws IOException, InterruptedException {
    String self = Long.toString(ProcessHandle.current().pid());
    return new ProcessBuilder("taskset", "-a", "-c", "-p", cores, self)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  public String describe() {
    return switch (this) {
      case SPLIT ->
          "the gateway on the first %d core(s), load and upstream on the others".formatted(half());
      case SHARED -> "gateway, load and upstream share all cores";
    };
  }

  private static int half() {
    return ALL / 2;
  }
}
