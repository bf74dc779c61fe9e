package dev.keygate.bench.lease;

import dev.keygate.bench.gateway.Cores;
import dev.keygate.bench.gateway.FixedUpstream;
import dev.keygate.bench.gateway.GatewayUnderTest;
import dev.keygate.bench.load.LoadGenerator;
import dev.keygate.bench.load.Pair;
import dev.keygate.bench.load.PairReport;
import dev.keygate.bench.load.Requests;
import dev.keygate.bench.load.Window;
import dev.keygate.bench.measure.Options;
import dev.keygate.bench.store.BenchStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the lease and the acknowledgement cost: windows in which one gateway renews and acknowledges
 * as it normally does, and windows in which it as good as never does, in turns.
 */
public final class LeaseBenchmark {

  private static final double GOAL = 0.99;
  private static final PairReport REPORT =
      new PairReport("renewed and acknowledged", "as good as never", "ratio");

  private LeaseBenchmark() {}

  public static void run(Options options) throws Exception {
    int pairs = options.number("pairs", 40, 4);
    Duration window = Duration.ofSeconds(options.number("seconds", 3));
    long warmUp = options.number("warmup", 400_000, 20_000);
    int connections = options.number("connections", 64);
    int keys = options.number("keys", 1000);
    Duration lease = Duration.ofSeconds(options.number("lease", 30));
    int changes = options.number("changes", 1);
    options.end();
    Cores cores = Cores.choose();
    System.out.printf(
        "%d connections, %d keys; lease of %d s and %d change(s) a second to acknowledge, against a"
            + " lease of a day and none; %s%n",
        connections, keys, lease.toSeconds(), changes, cores.describe());
    try (BenchStore store = BenchStore.start();
        FixedUpstream upstream = FixedUpstream.start()) {
      Requests requests = Requests.keyed(store.populate(keys));
      try (GatewayUnderTest gateway =
          GatewayUnderTest.start(store.gateway(), upstream.address(), cores, List.of())) {
        cores.moveSelf();
        try (LoadGenerator load =
            LoadGenerator.connect(gateway.address(), connections, gateway.cpu())) {
          System.out.printf("warm-up: %,d requests%n", load.count(requests, warmUp).requests());
          Leases leases = new Leases(store, lease);
          AtomicInteger done = new AtomicInteger();
          REPORT.print(
              Pair.interleave(
                  pairs,
                  () -> normal(load, requests, leases, store, changes, window),
                  () -> rare(load, requests, leases, window),
                  pair ->
                      System.out.printf(
                          "pair %d of %d: %s%n", done.incrementAndGet(), pairs, REPORT.line(pair))),
              GOAL);
        }
      }
    }
  }

  private static Window normal(
      LoadGenerator load,
      Requests requests,
      Leases leases,
      BenchStore store,
      int changes,
      Duration window)
      throws Exception {
    leases.normal();
    try (Changes _ = new Changes(store, changes)) {
      return load.during(requests, window);
    }
  }

  private static Window rare(LoadGenerator load, Requests requests, Leases leases, Duration window)
      throws Exception {
    leases.rare();
    return load.during(requests, window);
  }
}
