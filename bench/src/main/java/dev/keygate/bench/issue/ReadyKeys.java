package dev.keygate.bench.issue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Notes when each ApiKey of a namespace became Ready, by one {@code kubectl get --watch}. */
final class ReadyKeys implements AutoCloseable {

  private static final String NAME_AND_READY =
      "{.metadata.name}{\" \"}{.status.conditions[?(@.type==\"Ready\")].status}{\"\\n\"}";
  private static final String READY = " True";
  private static final Duration REPORT = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(50);

  private final Process kubectl;
  private final Map<String, Long> readyAt = new ConcurrentHashMap<>();

  private ReadyKeys(Process kubectl) {
    this.kubectl = kubectl;
  }

  static ReadyKeys watch(Path program, Path kubeconfig, String namespace) throws IOException {
    Process kubectl =
        new ProcessBuilder(
                program.toString(),
                "--kubeconfig=" + kubeconfig,
                "--namespace=" + namespace,
                "get",
                "apikeys",
                "--watch",
                "--output=jsonpath=" + NAME_AND_READY)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(kubectl::destroy));
    ReadyKeys keys = new ReadyKeys(kubectl);
    Thread.ofVirtual().start(keys::read);
    return keys;
  }

  /** Returns once so many are Ready: the moment of each, as {@link System#nanoTime}. */
  Collection<Long> await(int keys, Duration patience) throws InterruptedException {
    long begin = System.nanoTime();
    long reported = begin;
    while (readyAt.size() < keys) {
      long now = System.nanoTime();
      if (!kubectl.isAlive() || now - begin > patience.toNanos()) {
        throw new IllegalStateException("saw only " + readyAt.size() + " keys become Ready");
      }
      if (now - reported >= REPORT.toNanos()) {
        reported = now;
        System.out.printf("  %,d of %,d keys Ready%n", readyAt.size(), keys);
      }
      Thread.sleep(POLL);
    }
    return List.copyOf(readyAt.values());
  }

  private void read() {
    try (BufferedReader lines = kubectl.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.endsWith(READY)) {
          readyAt.putIfAbsent(line.substring(0, line.length() - READY.length()), System.nanoTime());
        }
      }
    } catch (IOException e) {
      if (kubectl.isAlive()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() {
    kubectl.destroy();
  }
}
