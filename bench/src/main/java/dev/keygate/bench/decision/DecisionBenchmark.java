package dev.keygate.bench.decision;

import dev.keygate.bench.measure.Options;
import dev.keygate.bench.measure.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Time of a decision with few keys and with many, in turns, and the memory of many. */
public final class DecisionBenchmark {

  private static final int FEW = 1000;
  private static final double GOAL_NANOS = 1000;
  private static final double GOAL_BYTES = 250;
  private static final int WARM_UP_ITERATIONS = 5;
  private static final int ITERATIONS = 5;
  private static final TimeValue ITERATION = TimeValue.seconds(1);

  /** Nanoseconds of each iteration with few keys and with many. */
  private record Scores(List<Double> few, List<Double> many) {}

  private DecisionBenchmark() {}

  public static void run(Options options) throws Exception {
    int rounds = options.number("rounds", 3);
    int many = options.number("keys", 1_000_000);
    options.end();
    double bytes = HeapPerKey.measure(many);
    System.out.printf(
        "heap per key at %,d keys (and %,d organizations): %.0f bytes; goal at most %.0f: %s%n",
        many,
        KeyPopulation.organizationCount(many),
        bytes,
        GOAL_BYTES,
        bytes <= GOAL_BYTES ? "met" : "MISSED");
    Map<String, Scores> scores = new TreeMap<>();
    for (int round = 1; round <= rounds; round++) {
      System.out.printf("round %d of %d%n", round, rounds);
      measure(FEW).forEach((name, nanos) -> of(scores, name).few().addAll(nanos));
      measure(many).forEach((name, nanos) -> of(scores, name).many().addAll(nanos));
    }
    scores.forEach((name, nanos) -> print(name, many, nanos));
  }

  private static Scores of(Map<String, Scores> scores, String name) {
    return scores.computeIfAbsent(name, n -> new Scores(new ArrayList<>(), new ArrayList<>()));
  }

  /** One fork of the JVM for each benchmark method; nanoseconds of each iteration by its name. */
  private static Map<String, List<Double>> measure(int keys) throws RunnerException {
    Map<String, List<Double>> nanos = new TreeMap<>();
    for (RunResult result :
        new Runner(
                new OptionsBuilder()
                    .include(AccessPolicyBenchmark.class.getName())
                    .param("keys", Integer.toString(keys))
                    .forks(1)
                    .warmupIterations(WARM_UP_ITERATIONS)
                    .warmupTime(ITERATION)
                    .measurementIterations(ITERATIONS)
                    .measurementTime(ITERATION)
                    .verbosity(VerboseMode.SILENT)
                    .shouldFailOnError(true)
                    .build())
            .run()) {
      String name = result.getPrimaryResult().getLabel();
      List<Double> iterations =
          result.getAggregatedResult().getIterationResults().stream()
              .map(iteration -> iteration.getPrimaryResult().getScore())
              .toList();
      nanos.put(name, iterations);
      System.out.printf("  %s at %,d keys: %s ns%n", name, keys, Samples.of(iterations).summary(0));
    }
    return nanos;
  }

  private static void print(String name, int keys, Scores nanos) {
    Samples few = Samples.of(nanos.few());
    Samples many = Samples.of(nanos.many());
    System.out.printf(
        "%s: %s ns at %,d keys, %s ns at %,d keys; ratio of the medians %.2f;"
            + " goal at most %.0f ns: %s%n",
        name,
        few.summary(0),
        FEW,
        many.summary(0),
        keys,
        many.median() / few.median(),
        GOAL_NANOS,
        Math.max(few.median(), many.median()) <= GOAL_NANOS ? "met" : "MISSED");
  }
}
