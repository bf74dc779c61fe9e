package dev.keygate.local.quickstart;

import dev.keygate.local.stack.Kubectl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Applies the numbered manifests of {@code examples/} and waits until the operator is done with
 * their keys; other keys of the same stack are none of its business.
 */
final class Examples {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(100);

  /** "demo/first-key Ready", or the reason why it is not; "demo/first-key" before the first one. */
  private static final String KEYS =
      "jsonpath={range .items[?(@.kind==\"ApiKey\")]}{.metadata.namespace}/{.metadata.name} "
          + "{.status.conditions[?(@.type==\"Ready\")].reason}{\"\\n\"}{end}";

  /** Ready, or as somebody wished it in an earlier run. */
  private static final Set<String> SETTLED =
      Set.of("Ready", "Revoked", "Expired", "OrganizationSuspended");

  private final Kubectl kubectl;
  private final Path folder;

  Examples(Kubectl kubectl, Path folder) {
    this.kubectl = kubectl;
    this.folder = folder;
  }

  void apply() throws IOException, InterruptedException {
    for (Path manifest : manifests()) {
      // As a person would, so that their own kubectl apply later on has nothing to warn of.
      kubectl.run("apply", "--filename=" + manifest);
    }
  }

  /** Waits until each of their keys is settled; returns those that are not in time, and why. */
  List<String> awaitKeys() throws IOException, InterruptedException {
    Set<String> own = Set.copyOf(names());
    long begin = System.nanoTime();
    List<String> unsettled = unsettled(own);
    while (!unsettled.isEmpty() && System.nanoTime() - begin < PATIENCE.toNanos()) {
      Thread.sleep(POLL);
      unsettled = unsettled(own);
    }
    return unsettled;
  }

  /** Whether {@code key} (namespace/name) is revoked. */
  boolean revoked(String key) throws InterruptedException {
    return keys().contains(key + " Revoked");
  }

  private List<String> unsettled(Set<String> own) throws InterruptedException {
    return unsettled(own, keys());
  }

  /** Those of {@code own} that none of {@code keys}, lines of a name and a reason, settles. */
  static List<String> unsettled(Set<String> own, List<String> keys) {
    return own.stream()
        .filter(name -> SETTLED.stream().noneMatch(reason -> keys.contains(name + " " + reason)))
        .sorted()
        .map(
            name ->
                keys.stream().filter(line -> line.startsWith(name + " ")).findFirst().orElse(name))
        .map(String::strip)
        .toList();
  }

  private List<String> keys() throws InterruptedException {
    return kubectl.run("get", "apikeys", "--all-namespaces", "--output=" + KEYS).lines().toList();
  }

  private List<String> names() throws IOException, InterruptedException {
    String[] question =
        Stream.concat(
                Stream.of("get", "--output=" + KEYS),
                manifests().stream().map(manifest -> "--filename=" + manifest))
            .toArray(String[]::new);
    return kubectl.run(question).lines().map(line -> line.replaceFirst(" .*", "")).toList();
  }

  private List<Path> manifests() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("[0-9]+-.*\\.yaml"))
          .sorted()
          .toList();
    }
  }
}
