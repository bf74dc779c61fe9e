package dev.keygate.bench;

import dev.keygate.bench.decision.DecisionBenchmark;
import dev.keygate.bench.issue.IssueBenchmark;
import dev.keygate.bench.lease.LeaseBenchmark;
import dev.keygate.bench.measure.Machine;
import dev.keygate.bench.measure.Options;
import dev.keygate.bench.notify.NotifyBenchmark;
import dev.keygate.bench.revoke.RevokeBenchmark;
import dev.keygate.bench.rotate.RotateBenchmark;
import dev.keygate.bench.routes.RoutesBenchmark;
import dev.keygate.bench.suspend.SuspendBenchmark;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.slf4j.LoggerFactory;

/** Runs one benchmark by its name. */
public final class Bench {

  private static final Set<String> NAMES =
      Set.of("routes", "decision", "notify", "issue", "revoke", "suspend", "lease", "rotate");

  private static final String USAGE =
      """
      usage: bench/run NAME [--OPTION VALUE]...

      routes    authenticated against plain route of one gateway: requests/s, CPU per request
                  --pairs 40 --seconds 2 --warmup 300000 --connections 64 --keys 1000
                  --jvm OPTION (of the gateway; may be repeated)
      decision  the pure decision at 1,000 and 1,000,000 keys, and heap per key
                  --rounds 3 --keys 1000000
      notify    from commit known to view applied
                  --changes 1000 --keys 10000
      issue     ApiKeys applied at once on the local stack, then a restart of the operator
                  --keys 2000 --dir DIR
      revoke    keys revoked one after the other under load on the local stack: until final, in parts
                  --revocations 500 --connections 8 --rate 0 (requests/s; 0: all they can) --dir DIR
      suspend   an organization of many keys suspended, against one of a single key
                  --keys 1000 --rounds 5 --dir DIR
      lease     requests/s with lease and acknowledgement, against as good as none
                  --pairs 40 --seconds 3 --warmup 400000 --connections 64 --keys 1000
                  --lease 30 (seconds) --changes 1 (to acknowledge, a second)
      rotate    all keys rotated at once under traffic: requests refused
                  --keys 500 --quiet 15 --lag 5 --every 1 (seconds) --dir DIR

      --quick, for the last four: small numbers, to see that it works
      """;

  private Bench() {}

  /** Arguments: the name, then options as {@code --name value}. */
  public static void main(String[] arguments) throws Exception {
    List<String> all = Arrays.asList(arguments);
    if (all.isEmpty() || !NAMES.contains(all.getFirst())) {
      System.out.print(USAGE);
      System.exit(all.contains("--help") ? 0 : 2);
    }
    // Before there are other threads: SLF4J would tell of what they logged meanwhile.
    LoggerFactory.getILoggerFactory();
    Options options = Options.parse(all.subList(1, all.size()));
    System.out.println(all.getFirst() + ": " + Machine.describe());
    switch (all.getFirst()) {
      case "routes" -> RoutesBenchmark.run(options);
      case "decision" -> DecisionBenchmark.run(options);
      case "notify" -> NotifyBenchmark.run(options);
      case "revoke" -> RevokeBenchmark.run(options);
      case "suspend" -> SuspendBenchmark.run(options);
      case "lease" -> LeaseBenchmark.run(options);
      case "rotate" -> RotateBenchmark.run(options);
      default -> IssueBenchmark.run(options);
    }
    System.out.println("load average at the end: " + Machine.loadAverage());
    // Event loops of the store's client would keep the process alive.
    System.exit(0);
  }
}
