package dev.keygate.bench.issue;

import dev.keygate.bench.measure.Goal;
import dev.keygate.bench.measure.Options;
import dev.keygate.bench.measure.Samples;
import dev.keygate.bench.stack.OperatorQueue;
import dev.keygate.local.process.Child;
import dev.keygate.local.stack.LocalStack;
import dev.keygate.local.stack.StackOptions;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many ApiKeys at once on the whole local stack, then a restart of the operator. */
public final class IssueBenchmark {

  private static final String NAMESPACE = "bench";
  private static final String APPLIED = "POST apikeys";
  private static final int FILES = 4;
  private static final Duration PATIENCE = Duration.ofMinutes(15);
  private static final Duration START_PATIENCE = Duration.ofMinutes(2);
  private static final Duration QUIET = Duration.ofSeconds(5);
  private static final Duration WATCHED_AFTER_RESTART = Duration.ofSeconds(30);

  private final LocalStack stack;
  private final HttpClient http;
  private final int keys;

  private IssueBenchmark(LocalStack stack, HttpClient http, int keys) {
    this.stack = stack;
    this.http = http;
    this.keys = keys;
  }

  /** What the servers have counted at one moment. */
  private record Counters(ApiServerWrites writes, StoreTransactions transactions) {}

  public static void run(Options options) throws Exception {
    int keys = options.number("keys", 2000);
    String given = options.text("dir", "");
    options.end();
    Path directory =
        given.isEmpty() ? Files.createTempDirectory("keygate-bench-issue") : Path.of(given);
    System.out.println("starting the local stack in " + directory);
    try (LocalStack stack =
            LocalStack.create(new StackOptions(Path.of(""), directory, 1, 1), System.out::println);
        HttpClient http = HttpClient.newHttpClient()) {
      stack.start();
      IssueBenchmark benchmark = new IssueBenchmark(stack, http, keys);
      benchmark.prepare();
      benchmark.issue();
      benchmark.restart();
    }
  }

  private void prepare() throws IOException, InterruptedException {
    Path file =
        Files.writeString(
            stack.directory().resolve("bench-organization.yaml"),
            """
            apiVersion: v1
            kind: Namespace
            metadata:
              name: %1$s
            ---
            apiVersion: keygate.dev/v1alpha1
            kind: Organization
            metadata:
              name: %1$s
            spec:
              displayName: Benchmark
              allowedNamespaces:
                from: All
            """
                .formatted(NAMESPACE));
    stack.kubectl().run("apply", "-f", file.toString());
    stack
        .kubectl()
        .run("wait", "--for=condition=Ready", "--timeout=60s", "organization/" + NAMESPACE);
    queue().awaitEmpty(1, QUIET, PATIENCE);
  }

  private void issue() throws Exception {
    List<Path> files = manifests();
    Counters before = counters();
    try (ReadyKeys ready =
        ReadyKeys.watch(
            stack.directory().resolve("bin/kubectl"), stack.endpoints().kubeconfig(), NAMESPACE)) {
      System.out.printf("applying %,d ApiKeys by %d kubectl at once%n", keys, FILES);
      long begin = System.nanoTime();
      apply(files);
      double applied = seconds(System.nanoTime() - begin);
      Collection<Long> readyAt = ready.await(keys, PATIENCE);
      Samples after = Samples.of(readyAt.stream().map(nanos -> seconds(nanos - begin)).toList());
      queue().awaitEmpty(keys, QUIET, PATIENCE);
      Counters more = since(before);
      System.out.println();
      System.out.printf(
          "all %,d Ready after %.1f s: %.1f keys/s (kubectl was done after %.1f s;"
              + " half were Ready after %.1f s)%n",
          keys, after.quantile(1), keys / after.quantile(1), applied, after.median());
      ApiServerWrites own = more.writes().without(APPLIED);
      System.out.printf(
          "  %.2f writes to the API server per key, besides kubectl's own:%n%s",
          (double) own.total() / keys, own.print(keys));
      System.out.printf(
          "  %.3f feed transactions per key; %.2f of any kind in the database%n",
          (double) more.transactions().feed() / keys, (double) more.transactions().all() / keys);
    }
  }

  private void restart() throws Exception {
    Child operator = stack.process("operator-1");
    operator.stop();
    Counters before = counters();
    long begin = System.nanoTime();
    operator.start();
    operator.awaitReady(START_PATIENCE);
    double started = seconds(System.nanoTime() - begin);
    Duration checked = queue().awaitEmpty(keys, QUIET, PATIENCE);
    Counters untilEmpty = since(before);
    Thread.sleep(WATCHED_AFTER_RESTART);
    ApiServerWrites writes = since(before).writes();
    System.out.println();
    System.out.printf(
        "restart of the operator: ready after %.1f s, all keys looked at again and its queue"
            + " empty (by its metrics, for %d s) %.1f s later%n",
        started, QUIET.toSeconds(), checked.toMillis() / 1000.0);
    System.out.printf(
        "  writes to the API server until then and %d s on, goal none: %d: %s%n%s",
        WATCHED_AFTER_RESTART.toSeconds(),
        writes.total(),
        Goal.atMost(writes.total(), 0),
        writes.print(keys));
    System.out.printf(
        "  feed transactions: %d; of any kind until the queue was empty: %.2f per key%n",
        untilEmpty.transactions().feed(), (double) untilEmpty.transactions().all() / keys);
  }

  private void apply(List<Path> files) throws InterruptedException, ExecutionException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> running =
          files.stream()
              .map(
                  file -> threads.submit(() -> stack.kubectl().run("apply", "-f", file.toString())))
              .toList();
      for (Future<String> each : running) {
        each.get();
      }
    }
  }

  private List<Path> manifests() throws IOException {
    List<Path> files = new ArrayList<>();
    for (int file = 0; file < FILES; file++) {
      StringBuilder text = new StringBuilder();
      for (int key = file; key < keys; key += FILES) {
        text.append(
            """
            apiVersion: keygate.dev/v1alpha1
            kind: ApiKey
            metadata:
              name: key-%1$d
              namespace: %2$s
            spec:
              displayName: Benchmark key %1$d
              organizationRef:
                name: %2$s
              permissions:
              - contacts:read
            ---
            """
                .formatted(key, NAMESPACE));
      }
      files.add(
          Files.writeString(
              stack.directory().resolve("bench-keys-" + file + ".yaml"), text.toString()));
    }
    return files;
  }

  private OperatorQueue queue() {
    return new OperatorQueue(http, stack.endpoints().operators().getFirst());
  }

  private Counters counters() throws InterruptedException, SQLException {
    return new Counters(
        ApiServerWrites.now(stack.kubectl()),
        StoreTransactions.now(stack.endpoints().databaseUrl()));
  }

  private Counters since(Counters before) throws InterruptedException, SQLException {
    Counters now = counters();
    return new Counters(
        now.writes().since(before.writes()), now.transactions().since(before.transactions()));
  }

  private static double seconds(long nanos) {
    return nanos / 1e9;
  }
}
