package dev.keygate.bench.revoke;

import dev.keygate.bench.load.BackgroundLoad;
import dev.keygate.bench.load.Requests;
import dev.keygate.bench.measure.Busy;
import dev.keygate.bench.measure.Goal;
import dev.keygate.bench.measure.Options;
import dev.keygate.bench.measure.Samples;
import dev.keygate.bench.measure.Table;
import dev.keygate.bench.stack.BenchStack;
import dev.keygate.bench.stack.Wanted;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One key after the other is revoked on the whole local stack while requests go through it. */
public final class RevokeBenchmark {

  private static final String ORGANIZATION = "bench";
  private static final int LOAD_KEYS = 20;
  private static final int WARM_UP = 10;
  private static final int PROGRESS = 100;
  private static final double GOAL_MILLIS = 250;
  private static final double ACKNOWLEDGED_GOAL_MILLIS = 50;

  private RevokeBenchmark() {}

  public static void run(Options options) throws Exception {
    int revocations = options.number("revocations", 500, 30);
    int connections = options.number("connections", 8, 2);
    int rate = options.number("rate", 0);
    try (BenchStack stack = BenchStack.startNotingCommits(options)) {
      stack.organizations(List.of(Wanted.organization(ORGANIZATION)));
      List<String> toRevoke = names("revoked-", WARM_UP + revocations);
      List<String> loading = names("load-", LOAD_KEYS);
      stack.keys(
          Stream.concat(loading.stream(), toRevoke.stream())
              .map(name -> Wanted.key(name, ORGANIZATION))
              .toList());
      List<String> heads =
          loading.stream()
              .map(name -> Requests.get("/v1/contacts?page=1", stack.secret(name)))
              .toList();
      try (Revoker revoker = new Revoker(stack)) {
        measure(stack, revoker, toRevoke, heads, connections, rate);
      }
    }
  }

  private static void measure(
      BenchStack stack,
      Revoker revoker,
      List<String> names,
      List<String> heads,
      int connections,
      int rate)
      throws Exception {
    List<Revocation> revocations = new ArrayList<>();
    try (BackgroundLoad load = BackgroundLoad.start(stack.targets(), heads, connections, rate)) {
      for (String name : names.subList(0, WARM_UP)) {
        revoker.revoke(name);
      }
      Busy before = Busy.now();
      for (String name : names.subList(WARM_UP, names.size())) {
        revocations.add(revoker.revoke(name));
        if (revocations.size() % PROGRESS == 0) {
          System.out.printf("%,d revoked%n", revocations.size());
        }
      }
      System.out.println();
      System.out.printf(
          "%d revocations, one after the other; meanwhile %.0f requests/s through %d gateways (%d"
              + " connections each), %s%n",
          revocations.size(),
          load.perSecond(),
          stack.gateways().size(),
          connections,
          Busy.now().describeSince(before));
    }
    print(revocations);
  }

  private static void print(List<Revocation> revocations) {
    Table table = new Table("milliseconds");
    List<Double> whole = between(revocations, Moment.ACCEPTED, Moment.TOLD);
    List<Double> acknowledged = between(revocations, Moment.COMMITTED, Moment.ACKNOWLEDGED);
    table.line("accepted by the API server -> final in the status", whole);
    table.line("  of which: commit -> last acknowledgement", acknowledged);
    System.out.print(table);
    Table parts = new Table("the whole in its parts, one after the other");
    Moment[] moments = Moment.values();
    for (int i = 1; i < moments.length; i++) {
      parts.line(moments[i].part(), between(revocations, moments[i - 1], moments[i]));
    }
    System.out.print(parts);
    double all = Samples.of(whole).quantile(0.99);
    double last = Samples.of(acknowledged).quantile(0.99);
    System.out.printf(
        "goal: accepted -> final p99 at most %.0f ms: %s%n",
        GOAL_MILLIS, Goal.atMost(all, GOAL_MILLIS));
    System.out.printf(
        "goal: commit -> last acknowledgement p99 at most %.0f ms: %s%n",
        ACKNOWLEDGED_GOAL_MILLIS, Goal.atMost(last, ACKNOWLEDGED_GOAL_MILLIS));
  }

  private static List<Double> between(List<Revocation> revocations, Moment from, Moment to) {
    return revocations.stream().map(each -> each.millis(from, to)).toList();
  }

  private static List<String> names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }
}
