package dev.keygate.bench.suspend;

import dev.keygate.bench.measure.Busy;
import dev.keygate.bench.measure.Goal;
import dev.keygate.bench.measure.Options;
import dev.keygate.bench.measure.Samples;
import dev.keygate.bench.measure.Table;
import dev.keygate.bench.stack.BenchStack;
import dev.keygate.bench.stack.Refusals;
import dev.keygate.bench.stack.Wanted;
import dev.keygate.bench.suspend.Tenant.Suspension;
import dev.keygate.crds.v1alpha1.ApiKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** An organization with many keys is suspended, and one with a single key, in turns. */
public final class SuspendBenchmark {

  private static final double GOAL = 2;
  private static final String MANY = "many";
  private static final String ONE = "one";

  /** Of the small one for each of the large one: they are quick. */
  private static final int SMALL_ONES = 4;

  private static final Duration QUIET = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final BenchStack stack;
  private final Refusals refusals;
  private final List<Suspension> many = new ArrayList<>();
  private final List<Suspension> one = new ArrayList<>();

  private SuspendBenchmark(BenchStack stack, Refusals refusals) {
    this.stack = stack;
    this.refusals = refusals;
  }

  public static void run(Options options) throws Exception {
    int keys = options.number("keys", 1000, 30);
    int rounds = options.number("rounds", 5, 2);
    try (BenchStack stack = BenchStack.start(options);
        Refusals refusals = new Refusals(stack.gateways())) {
      stack.organizations(List.of(Wanted.organization(MANY), Wanted.organization(ONE)));
      List<String> names = IntStream.range(0, keys).mapToObj(i -> "many-" + i).toList();
      List<ApiKey> wanted =
          Stream.concat(
                  names.stream().map(name -> Wanted.key(name, MANY)),
                  Stream.of(Wanted.key(ONE, ONE)))
              .toList();
      stack.keys(wanted);
      SuspendBenchmark benchmark = new SuspendBenchmark(stack, refusals);
      Busy before = Busy.now();
      benchmark.measure(tenant(stack, MANY, names), tenant(stack, ONE, List.of(ONE)), rounds);
      benchmark.print(keys, Busy.now().describeSince(before));
    }
  }

  private static Tenant tenant(BenchStack stack, String name, List<String> names) {
    return new Tenant(name, names, names.stream().map(stack::secret).toList());
  }

  private void measure(Tenant large, Tenant small, int rounds) throws Exception {
    // Once for nothing: classes are loaded and code is compiled.
    suspend(small);
    for (int round = 1; round <= rounds; round++) {
      many.add(suspend(large));
      for (int i = 0; i < SMALL_ONES; i++) {
        one.add(suspend(small));
      }
      System.out.printf(
          "round %d of %d: %,d keys %.0f ms, one key %.0f ms (the last one)%n",
          round, rounds, large.keys().size(), many.getLast().millis(), one.getLast().millis());
    }
  }

  private Suspension suspend(Tenant tenant) throws Exception {
    settle();
    Suspension suspension = tenant.suspend(stack, refusals);
    settle();
    tenant.lift(stack);
    return suspension;
  }

  /** What the operator still writes about the last change must not disturb the next one. */
  private void settle() throws InterruptedException {
    var _ = stack.queue().awaitEmpty(0, QUIET, PATIENCE);
  }

  private void print(int keys, String busy) {
    System.out.println();
    System.out.printf(
        "%d suspensions of the one, %d of the other; %s%n", many.size(), one.size(), busy);
    String large = "organization of %,d keys: ".formatted(keys);
    String small = "organization of one key: ";
    System.out.print(
        new Table("milliseconds from the API server's answer")
            .line(large + "final and refused everywhere", of(many, Suspension::millis))
            .line(small + "final and refused everywhere", of(one, Suspension::millis))
            .line(large + "final in the status", of(many, Suspension::toFinal))
            .line(small + "final in the status", of(one, Suspension::toFinal))
            .line(large + "refused by the last gateway", of(many, Suspension::toRefused))
            .line(small + "refused by the last gateway", of(one, Suspension::toRefused))
            .line(large + "every key's status says so", of(many, Suspension::toTold))
            .line(small + "its key's status says so", of(one, Suspension::toTold)));
    double ratio =
        Samples.of(of(many, Suspension::millis)).median()
            / Samples.of(of(one, Suspension::millis)).median();
    System.out.printf(
        "goal: %,d keys / one key, medians, at most %.0f: %.2f: %s%n",
        keys, GOAL, ratio, Goal.atMost(ratio, GOAL));
  }

  private static List<Double> of(List<Suspension> all, Function<Suspension, Double> figure) {
    return all.stream().map(figure).toList();
  }
}
