package dev.keygate.bench.rotate;

import dev.keygate.bench.measure.Busy;
import dev.keygate.bench.measure.Goal;
import dev.keygate.bench.measure.Options;
import dev.keygate.bench.measure.Table;
import dev.keygate.bench.stack.BenchStack;
import dev.keygate.bench.stack.Refusals;
import dev.keygate.bench.stack.Wanted;
import dev.keygate.bench.stack.Watched;
import dev.keygate.bench.stack.Watched.Seen;
import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.crds.v1alpha1.ApiKeyStatus;
import dev.keygate.crds.v1alpha1.Rotation;
import dev.keygate.crds.v1alpha1.RotationPhase;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** All keys are rotated at once while their clients go on. */
public final class RotateBenchmark {

  private static final String ORGANIZATION = "bench";
  private static final long BEFORE = 1;
  private static final long AFTER = 2;

  private RotateBenchmark() {}

  public static void run(Options options) throws Exception {
    int keys = options.number("keys", 500, 20);
    int quiet = options.number("quiet", 15, 6);
    int lag = options.number("lag", 5, 2);
    int every = options.number("every", 1);
    try (BenchStack stack = BenchStack.start(options);
        Refusals gateways = new Refusals(stack.gateways());
        Watched<Secret> secrets =
            Watched.of(stack.client().secrets().inNamespace(BenchStack.NAMESPACE))) {
      System.out.printf(
          "quiet period %d s; an application sees its Secret at most %d s later and sends a request"
              + " each %d s%n",
          quiet, lag, every);
      stack.organizations(List.of(Wanted.organization(ORGANIZATION)));
      List<String> names = IntStream.range(0, keys).mapToObj(i -> "rotated-" + i).toList();
      stack.keys(names.stream().map(name -> key(name, quiet)).toList());
      List<String> old = names.stream().map(stack::secret).toList();
      try (Mounts mounts = Mounts.of(stack, Duration.ofSeconds(lag));
          Clients clients =
              Clients.start(gateways, stack.gateways(), mounts, names, Duration.ofSeconds(every))) {
        measure(stack, secrets, clients, names);
        for (String key : old) {
          gateways.requireAll(key);
        }
        System.out.println("every old key is refused by every gateway");
        print(clients);
      }
    }
  }

  private static ApiKey key(String name, int quietSeconds) {
    Rotation rotation = new Rotation();
    rotation.setRevision(BEFORE);
    rotation.setOverlap("10m");
    rotation.setQuietPeriod(quietSeconds + "s");
    ApiKey key = Wanted.key(name, ORGANIZATION);
    key.getSpec().setRotation(rotation);
    return key;
  }

  private static void measure(
      BenchStack stack, Watched<Secret> secrets, Clients clients, List<String> names)
      throws Exception {
    Busy before = Busy.now();
    List<Instant> raised = new ArrayList<>();
    List<CompletableFuture<Seen<Secret>>> delivered = new ArrayList<>();
    List<CompletableFuture<Seen<ApiKey>>> complete = new ArrayList<>();
    for (String name : names) {
      delivered.add(secrets.when(name, RotateBenchmark::holdsTwo));
      complete.add(stack.keys().when(name, RotateBenchmark::isComplete));
      stack.patch(stack.key(name), "{\"spec\":{\"rotation\":{\"revision\":" + AFTER + "}}}");
      raised.add(Instant.now());
    }
    System.out.printf("raised spec.rotation.revision of %,d keys%n", names.size());
    List<Double> toDelivered = sinceRaised(delivered, raised);
    System.out.println("every Secret has its new key");
    List<Double> toComplete = sinceRaised(complete, raised);
    Instant last = Instant.MIN;
    for (CompletableFuture<Seen<ApiKey>> each : complete) {
      Instant at = each.get().at();
      last = at.isAfter(last) ? at : last;
    }
    System.out.println();
    System.out.printf(
        "%,d keys rotated in %.1f s, from the first patch to the last one complete; %,d requests"
            + " served so far, %s%n",
        names.size(),
        Duration.between(raised.getFirst(), last).toMillis() / 1000.0,
        clients.served(),
        Busy.now().describeSince(before));
    System.out.print(
        new Table("milliseconds from the API server's answer to the patch")
            .line("new key in the Secret", toDelivered)
            .line("complete: old key drained, revoked, final", toComplete));
  }

  private static void print(Clients clients) {
    System.out.printf(
        "requests that were not served, goal none: %d of %,d: %s%s%n",
        clients.refused(),
        clients.refused() + clients.served(),
        Goal.atMost(clients.refused(), 0),
        clients.refused() == 0 ? "" : " " + clients.answers());
  }

  private static <R extends HasMetadata> List<Double> sinceRaised(
      List<CompletableFuture<Seen<R>>> seen, List<Instant> raised) throws Exception {
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < seen.size(); i++) {
      Instant at = BenchStack.await(seen.get(i)).at();
      millis.add(Duration.between(raised.get(i), at).toNanos() / 1e6);
    }
    return millis;
  }

  private static boolean holdsTwo(Optional<Secret> secret) {
    return secret.filter(it -> it.getData().containsKey("previous-api-key")).isPresent();
  }

  private static boolean isComplete(Optional<ApiKey> key) {
    return key.map(ApiKey::getStatus)
        .map(ApiKeyStatus::getRotation)
        .filter(it -> it.getPhase() == RotationPhase.Complete)
        .filter(it -> Long.valueOf(AFTER).equals(it.getRevision()))
        .isPresent();
  }
}
