package dev.keygate.bench.decision;

import dev.keygate.gateway.decision.AccessPolicy;
import dev.keygate.gateway.decision.AccessRequest;
import dev.keygate.gateway.decision.Credential;
import dev.keygate.gateway.decision.Credentials;
import dev.keygate.gateway.decision.Decision;
import dev.keygate.gateway.decision.OrganizationClaim;
import dev.keygate.gateway.decision.RequiredPermissions;
import dev.keygate.gateway.decision.RouteAccess;
import dev.keygate.gateway.view.KeySnapshot;
import dev.keygate.gateway.view.Permission;
import dev.keygate.store.key.KeyFormat;
import dev.keygate.store.key.KeyHash;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * All keys take turns, and lie in memory in another order than that, so that with many keys each
 * look-up misses the caches. Every request names its organization and needs a permission.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AccessPolicyBenchmark {

  private static final RouteAccess ROUTE =
      new RouteAccess.Keyed(
          new RequiredPermissions.ByMethod(
              Map.of("GET", Permission.parse("contacts:read").orElseThrow())));
  private static final KeyFormat FORMAT = new KeyFormat("pc");
  private static final long NOW = System.currentTimeMillis();

  @Param({"1000"})
  public int keys;

  private final Credentials credentials = new Credentials(FORMAT, List.of("live"));
  private KeySnapshot snapshot = KeyPopulation.load(0, i -> KeyHash.of(""), i -> "").snapshot();
  private String[] headers = {};
  private OrganizationClaim[] claims = {};
  private AccessRequest[] requests = {};
  private int next;

  /** Makes the keys and loads them in a random order. */
  @Setup
  public void load() {
    SplittableRandom random = new SplittableRandom(42);
    headers = new String[keys];
    claims =
        IntStream.range(0, KeyPopulation.organizationCount(keys))
            .mapToObj(i -> new OrganizationClaim.Named(KeyPopulation.organizationOf(i, keys)))
            .toArray(OrganizationClaim[]::new);
    requests = new AccessRequest[keys];
    for (int i = 0; i < keys; i++) {
      headers[i] = FORMAT.mint("live", random).value();
      requests[i] = request(credentials.of(headers[i]), i);
    }
    int[] order = shuffled(random);
    snapshot =
        KeyPopulation.load(
                keys,
                i -> KeyHash.of(headers[order[i]]),
                i -> KeyPopulation.organizationOf(order[i], keys))
            .snapshot();
    if (!(wholeDecision() instanceof Decision.Allowed)) {
      throw new IllegalStateException("the benchmark's requests should be allowed");
    }
  }

  /** The look-up and the checks, for a credential that was hashed before. */
  @Benchmark
  public Decision decision() {
    return AccessPolicy.decide(requests[advance()], snapshot, true, NOW);
  }

  /** From the header's text: checksum and SHA-256 too. */
  @Benchmark
  public Decision wholeDecision() {
    int i = advance();
    return AccessPolicy.decide(request(credentials.of(headers[i]), i), snapshot, true, NOW);
  }

  private AccessRequest request(Credential credential, int i) {
    return new AccessRequest(credential, ROUTE, "GET", claims[i % claims.length]);
  }

  private int advance() {
    int i = next;
    next = i + 1 == requests.length ? 0 : i + 1;
    return i;
  }

  private int[] shuffled(SplittableRandom random) {
    int[] order = IntStream.range(0, keys).toArray();
    for (int i = keys - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
    return order;
  }
}
