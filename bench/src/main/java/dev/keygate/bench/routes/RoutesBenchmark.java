package dev.keygate.bench.routes;

import dev.keygate.bench.gateway.Cores;
import dev.keygate.bench.gateway.FixedUpstream;
import dev.keygate.bench.gateway.GatewayUnderTest;
import dev.keygate.bench.load.LoadGenerator;
import dev.keygate.bench.load.Pair;
import dev.keygate.bench.load.Requests;
import dev.keygate.bench.measure.Goal;
import dev.keygate.bench.measure.Options;
import dev.keygate.bench.measure.Samples;
import dev.keygate.bench.store.BenchStore;
import dev.keygate.bench.store.BenchStore.IssuedKey;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** What authentication costs: a keyed and a public route of one gateway process, in turns. */
public final class RoutesBenchmark {

  private static final long WARM_UP_STEP = 20_000;
  private static final double GOAL = 0.95;

  private RoutesBenchmark() {}

  public static void run(Options options) throws Exception {
    int pairs = options.number("pairs", 40);
    Duration window = Duration.ofSeconds(options.number("seconds", 2));
    long warmUp = options.number("warmup", 300_000);
    int connections = options.number("connections", 64);
    int keys = options.number("keys", 1000);
    List<String> jvmOptions = options.all("jvm");
    options.end();
    Cores cores = Cores.choose();
    System.out.printf(
        "%d connections, %d keys; gateway: %s %s; %s%n",
        connections,
        keys,
        String.join(" ", GatewayUnderTest.options()),
        String.join(" ", jvmOptions),
        cores.describe());
    try (BenchStore store = BenchStore.start();
        FixedUpstream upstream = FixedUpstream.start()) {
      List<IssuedKey> issued = store.populate(keys);
      try (GatewayUnderTest gateway =
          GatewayUnderTest.start(store.gateway(), upstream.address(), cores, jvmOptions)) {
        cores.moveSelf();
        System.out.println("log of the gateway: " + gateway.log());
        try (LoadGenerator load =
            LoadGenerator.connect(gateway.address(), connections, gateway.cpu())) {
          Requests keyed = keyed(issued);
          Requests plain = plain(issued);
          warmUp(load, keyed, plain, warmUp);
          print(measure(load, keyed, plain, pairs, window));
        }
      }
    }
  }

  private static void warmUp(LoadGenerator load, Requests keyed, Requests plain, long requests)
      throws IOException {
    for (long done = 0; done < requests; done += WARM_UP_STEP) {
      Pair pair = new Pair(load.count(keyed, WARM_UP_STEP), load.count(plain, WARM_UP_STEP));
      System.out.printf(
          "warm-up %,d of %,d for each route: %s%n", done + WARM_UP_STEP, requests, line(pair));
    }
  }

  private static List<Pair> measure(
      LoadGenerator load, Requests keyed, Requests plain, int count, Duration window)
      throws Exception {
    AtomicInteger done = new AtomicInteger();
    return Pair.interleave(
        count,
        () -> load.during(keyed, window),
        () -> load.during(plain, window),
        pair ->
            System.out.printf("pair %d of %d: %s%n", done.incrementAndGet(), count, line(pair)));
  }

  private static void print(List<Pair> pairs) {
    Samples throughput = Pair.samples(pairs, Pair::throughputRatio);
    System.out.println();
    System.out.println("medians of " + pairs.size() + " interleaved pairs:");
    System.out.printf(
        "  authenticated      %s requests/s, %s us CPU per request%n",
        Pair.samples(pairs, pair -> pair.subject().perSecond()).summary(0),
        Pair.samples(pairs, pair -> pair.subject().cpuPerRequest()).summary(1));
    System.out.printf(
        "  plain              %s requests/s, %s us CPU per request%n",
        Pair.samples(pairs, pair -> pair.base().perSecond()).summary(0),
        Pair.samples(pairs, pair -> pair.base().cpuPerRequest()).summary(1));
    System.out.printf("  requests/s, authenticated / plain: %s%n", throughput.summary(3));
    System.out.printf(
        "  CPU per request, authenticated / plain: %s%n",
        Pair.samples(pairs, Pair::cpuRatio).summary(3));
    System.out.printf(
        "goal: requests/s ratio at least %.2f: %s%n",
        GOAL, Goal.atLeast(throughput.median(), GOAL));
  }

  private static String line(Pair pair) {
    return String.format(
        Locale.ROOT,
        "authenticated %.0f/s %.1f us, plain %.0f/s %.1f us, ratio %.3f, CPU %.3f",
        pair.subject().perSecond(),
        pair.subject().cpuPerRequest(),
        pair.base().perSecond(),
        pair.base().cpuPerRequest(),
        pair.throughputRatio(),
        pair.cpuRatio());
  }

  private static Requests keyed(List<IssuedKey> keys) {
    return Requests.of(
        keys.stream()
            .map(
                key ->
                    Requests.get(
                        "/v1/organizations/" + key.organization() + "/contacts?page=1",
                        key.key().value()))
            .toList());
  }

  private static Requests plain(List<IssuedKey> keys) {
    return Requests.of(
        keys.stream()
            .map(
                key ->
                    Requests.get(
                        "/public/organizations/" + key.organization() + "/contacts?page=1"))
            .toList());
  }
}
