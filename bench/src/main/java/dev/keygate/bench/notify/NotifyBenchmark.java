package dev.keygate.bench.notify;

import dev.keygate.bench.measure.Options;
import dev.keygate.bench.measure.Samples;
import dev.keygate.bench.store.BenchStore;
import dev.keygate.gateway.view.KeyView;
import dev.keygate.store.feed.FeedReader;
import dev.keygate.store.write.Command.OrganizationResult;
import dev.keygate.store.write.Committed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import reactor.core.Disposable;

/**
 * How soon a replica's view follows a commit: one change after the other, each waited for, from the
 * moment its commit is known to the writer to the moment the view is swapped. The writer learns of
 * its commit over the network too, so a view can be ahead of it.
 */
public final class NotifyBenchmark {

  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int WARM_UP = 300;

  private record Times(List<Double> fromKnown, List<Double> fromSubmitted) {}

  private NotifyBenchmark() {}

  public static void run(Options options) throws Exception {
    int changes = options.number("changes", 1000);
    int keys = options.number("keys", 10_000);
    options.end();
    try (BenchStore store = BenchStore.start()) {
      store.populate(keys);
      Swaps swaps = new Swaps();
      KeyView view = new KeyView(swaps::swapped);
      swaps.observe(view);
      Disposable following =
          new FeedReader(store.gateway().unpooled("bench-reader"), POLL).follow(view).subscribe();
      try {
        change(store, swaps, WARM_UP, new Times(new ArrayList<>(), new ArrayList<>()));
        Times times = new Times(new ArrayList<>(), new ArrayList<>());
        change(store, swaps, changes, times);
        print(times, view.snapshot().keys());
      } finally {
        following.dispose();
      }
    }
  }

  private static void change(BenchStore store, Swaps swaps, int changes, Times times)
      throws InterruptedException {
    for (int i = 0; i < changes; i++) {
      long submitted = System.nanoTime();
      Committed<OrganizationResult> committed = store.change();
      long applied = swaps.awaitApplied(committed.position().seq(), PATIENCE);
      times.fromKnown().add((applied - committed.knownAtNanos()) / 1e6);
      times.fromSubmitted().add((applied - submitted) / 1e6);
    }
  }

  private static void print(Times times, int keys) {
    System.out.printf(
        "%d changes, one at a time, view of %d keys%n", times.fromKnown().size(), keys);
    System.out.println("  commit known -> view applied: " + line(times.fromKnown()));
    System.out.println("  change submitted -> view applied: " + line(times.fromSubmitted()));
    System.out.printf(
        "  view was ahead of the writer's reply: %d times%n",
        times.fromKnown().stream().filter(millis -> millis < 0).count());
  }

  private static String line(List<Double> millis) {
    Samples samples = Samples.of(millis);
    return String.format(
        Locale.ROOT,
        "median %.2f ms, p99 %.2f ms, longest %.2f ms",
        samples.median(),
        samples.quantile(0.99),
        samples.quantile(1));
  }
}
