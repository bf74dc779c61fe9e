package dev.keygate.local.quickstart;

import dev.keygate.local.stack.Kubectl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Applies the numbered manifests of {@code examples/} and waits until the operator is done with
 * them.
 */
final class Examples {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(100);

  /** Namespace/name, status and reason of Ready: "demo/first-key True Ready". */
  private static final String READY =
      "jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name} "
          + "{.status.conditions[?(@.type==\"Ready\")].status} "
          + "{.status.conditions[?(@.type==\"Ready\")].reason}{\"\\n\"}{end}";

  private final Kubectl kubectl;

  Examples(Kubectl kubectl) {
    this.kubectl = kubectl;
  }

  void apply(Path folder) throws IOException, InterruptedException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> manifests =
          files
              .filter(file -> file.getFileName().toString().matches("[0-9]+-.*\\.yaml"))
              .sorted()
              .toList();
      for (Path manifest : manifests) {
        kubectl.apply(manifest);
      }
    }
  }

  /**
   * Waits until each ApiKey is ready or revoked; returns those that are neither when it takes too
   * long.
   */
  List<String> awaitKeys() throws InterruptedException {
    long begin = System.nanoTime();
    List<String> unsettled = unsettled();
    while (!unsettled.isEmpty() && System.nanoTime() - begin < PATIENCE.toNanos()) {
      Thread.sleep(POLL);
      unsettled = unsettled();
    }
    return unsettled;
  }

  boolean revoked(String name) throws InterruptedException {
    return keys().stream().anyMatch(line -> line.equals("demo/" + name + " False Revoked"));
  }

  private List<String> unsettled() throws InterruptedException {
    return keys().stream()
        .filter(line -> !line.endsWith(" True Ready") && !line.endsWith(" False Revoked"))
        .toList();
  }

  private List<String> keys() throws InterruptedException {
    return kubectl.run("get", "apikeys", "--all-namespaces", "--output=" + READY).lines().toList();
  }
}
