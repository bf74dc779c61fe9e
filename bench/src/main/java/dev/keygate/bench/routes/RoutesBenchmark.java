package dev.keygate.bench.routes;

import dev.keygate.bench.gateway.Cores;
import dev.keygate.bench.gateway.FixedUpstream;
import dev.keygate.bench.gateway.GatewayUnderTest;
import dev.keygate.bench.load.LoadGenerator;
import dev.keygate.bench.load.Pair;
import dev.keygate.bench.load.PairReport;
import dev.keygate.bench.load.Requests;
import dev.keygate.bench.measure.Options;
import dev.keygate.bench.store.BenchStore;
import dev.keygate.bench.store.BenchStore.IssuedKey;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What authentication costs: a keyed and a public route of one gateway process, in turns. */
public final class RoutesBenchmark {

  private static final long WARM_UP_STEP = 20_000;
  private static final double GOAL = 0.95;
  private static final PairReport REPORT =
      new PairReport("authenticated", "plain", "authenticated / plain");

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
          Requests keyed = Requests.keyed(issued);
          Requests plain = plain(issued);
          warmUp(load, keyed, plain, warmUp);
          REPORT.print(measure(load, keyed, plain, pairs, window), GOAL);
        }
      }
    }
  }

  private static void warmUp(LoadGenerator load, Requests keyed, Requests plain, long requests)
      throws IOException {
    for (long done = 0; done < requests; done += WARM_UP_STEP) {
      Pair pair = new Pair(load.count(keyed, WARM_UP_STEP), load.count(plain, WARM_UP_STEP));
      System.out.printf(
          "warm-up %,d of %,d for each route: %s%n",
          done + WARM_UP_STEP, requests, REPORT.line(pair));
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
            System.out.printf(
                "pair %d of %d: %s%n", done.incrementAndGet(), count, REPORT.line(pair)));
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
