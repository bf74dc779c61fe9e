package dev.keygate.bench.routes;

import dev.keygate.bench.measure.Options;
import dev.keygate.bench.measure.Samples;
import dev.keygate.bench.store.BenchStore;
import dev.keygate.bench.store.BenchStore.IssuedKey;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What authentication costs: a keyed and a public route of one gateway process, in turns. */
public final class RoutesBenchmark {

  private static final long WARM_UP_STEP = 20_000;
  private static final double GOAL = 0.95;

  /** One window of each route, right after one another. */
  private record Pair(Window keyed, Window plain) {
    double throughputRatio() {
      return keyed.perSecond() / plain.perSecond();
    }

    double cpuRatio() {
      return keyed.cpuPerRequest() / plain.cpuPerRequest();
    }
  }

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

  /** Turns the order round every time, so that a drift of the machine favours neither. */
  private static List<Pair> measure(
      LoadGenerator load, Requests keyed, Requests plain, int count, Duration window)
      throws IOException {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Pair pair;
      if (i % 2 == 0) {
        Window first = load.during(keyed, window);
        pair = new Pair(first, load.during(plain, window));
      } else {
        Window first = load.during(plain, window);
        pair = new Pair(load.during(keyed, window), first);
      }
      pairs.add(pair);
      System.out.printf("pair %d of %d: %s%n", i + 1, count, line(pair));
    }
    return pairs;
  }

  private static void print(List<Pair> pairs) {
    Samples throughput = samples(pairs, Pair::throughputRatio);
    System.out.println();
    System.out.println("medians of " + pairs.size() + " interleaved pairs:");
    System.out.printf(
        "  authenticated      %s requests/s, %s us CPU per request%n",
        samples(pairs, pair -> pair.keyed().perSecond()).summary(0),
        samples(pairs, pair -> pair.keyed().cpuPerRequest()).summary(1));
    System.out.printf(
        "  plain              %s requests/s, %s us CPU per request%n",
        samples(pairs, pair -> pair.plain().perSecond()).summary(0),
        samples(pairs, pair -> pair.plain().cpuPerRequest()).summary(1));
    System.out.printf("  requests/s, authenticated / plain: %s%n", throughput.summary(3));
    System.out.printf(
        "  CPU per request, authenticated / plain: %s%n",
        samples(pairs, Pair::cpuRatio).summary(3));
    System.out.printf(
        "goal: requests/s ratio at least %.2f: %s%n",
        GOAL, throughput.median() >= GOAL ? "met" : "MISSED");
  }

  private static Samples samples(List<Pair> pairs, ToDoubleFunction<Pair> figure) {
    return Samples.of(pairs.stream().map(figure::applyAsDouble).toList());
  }

  private static String line(Pair pair) {
    return String.format(
        Locale.ROOT,
        "authenticated %.0f/s %.1f us, plain %.0f/s %.1f us, ratio %.3f, CPU %.3f",
        pair.keyed().perSecond(),
        pair.keyed().cpuPerRequest(),
        pair.plain().perSecond(),
        pair.plain().cpuPerRequest(),
        pair.throughputRatio(),
        pair.cpuRatio());
  }

  private static Requests keyed(List<IssuedKey> keys) {
    return Requests.of(
        keys.stream()
            .map(
                key ->
                    head("/v1/organizations/" + key.organization())
                        + "\r\nX-API-Key: "
                        + key.key().value())
            .toList());
  }

  private static Requests plain(List<IssuedKey> keys) {
    return Requests.of(
        keys.stream().map(key -> head("/public/organizations/" + key.organization())).toList());
  }

  private static String head(String prefix) {
    return "GET " + prefix + "/contacts?page=1 HTTP/1.1\r\nHost: bench\r\nAccept: */*";
  }
}
