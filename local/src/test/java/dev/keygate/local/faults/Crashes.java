package dev.keygate.local.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.local.faults.Point.Operation;
import dev.keygate.local.faults.Versions.Version;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Crashes an operator at every point. One crash meets all points at once: for each there is a key
 * whose work stands exactly there when the operator ends. Then the next one has to put every one of
 * them right.
 */
final class Crashes {

  private static final Duration REACHED = Duration.ofSeconds(60);

  private final FaultStack stack;
  private final Tenants tenants;
  private final Operator operator;
  private final String namespace;
  private final List<Point> points;
  private final Versions versions;
  private final Random random = new Random(Plan.seed());
  private final List<Duration> recoveries = new ArrayList<>();

  Crashes(FaultStack stack, Operator operator, String namespace, List<Point> points) {
    this.stack = stack;
    this.tenants = stack.tenants();
    this.operator = operator;
    this.namespace = namespace;
    this.points = points;
    this.versions = new Versions(stack.stack());
    tenants.namespace(namespace);
  }

  /** The operator must be running. */
  void run(int rounds) throws InterruptedException {
    long begin = System.nanoTime();
    declareExisting(1);
    for (int round = 1; round <= rounds; round++) {
      round(round);
    }
    say(rounds, Duration.ofNanos(System.nanoTime() - begin));
  }

  private void round(int round) throws InterruptedException {
    for (Point point : points) {
      if (point.operation() != Operation.ISSUE) {
        tenants.awaitReady(namespace, point.keyName(round));
      }
    }
    for (Point point : points) {
      operator.failpoints().arm(namespace + "/" + point.keyName(round), point);
    }
    List<Point> shuffled = new ArrayList<>(points);
    Collections.shuffle(shuffled, random);
    for (Point point : shuffled) {
      trigger(point.operation(), point.keyName(round));
    }
    operator.failpoints().awaitAll(REACHED);
    operator.crash();
    operator.failpoints().disarm();
    operator.start();
    long begin = System.nanoTime();
    declareExisting(round + 1);
    awaitRecovery(round);
    recoveries.add(Duration.ofNanos(System.nanoTime() - begin));
    cleanUp(round);
  }

  /** Beside the recovery of this round: what the next one needs. */
  private void declareExisting(int round) {
    for (Point point : points) {
      if (point.operation() != Operation.ISSUE) {
        tenants.declare(namespace, point.keyName(round));
      }
    }
  }

  private void trigger(Operation operation, String name) {
    switch (operation) {
      case ISSUE -> tenants.declare(namespace, name);
      case REISSUE -> tenants.client().secrets().inNamespace(namespace).withName(name).delete();
      case ROTATE ->
          tenants.patch(
              namespace,
              name,
              "{\"spec\":{\"rotation\":{\"revision\":1,\"overlap\":\"1s\",\"quietPeriod\":\"1s\"}}}");
      case CHANGE -> tenants.patch(namespace, name, "{\"spec\":{\"permissions\":[\"*\"]}}");
      case REVOKE -> tenants.revoke(namespace, name);
      case DELETE -> tenants.delete(namespace, name);
    }
  }

  private void awaitRecovery(int round) {
    await("recovery from crash " + round)
        .atMost(FaultStack.RECOVERY)
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(() -> assertRecovered(round));
  }

  private void assertRecovered(int round) {
    Map<String, ApiKey> keys =
        byName(tenants.client().resources(ApiKey.class).inNamespace(namespace).list().getItems());
    Map<String, Secret> secrets =
        byName(tenants.client().secrets().inNamespace(namespace).list().getItems());
    Map<String, List<Version>> stored = versions.of(namespace);
    for (Point point : points) {
      String name = point.keyName(round);
      List<Version> all = stored.getOrDefault(name, List.of());
      List<String> usable = all.stream().filter(Version::usable).map(Version::keyId).toList();
      switch (point.operation()) {
        case ISSUE, REISSUE, ROTATE, CHANGE -> {
          assertThat(keys.get(name))
              .as(point.toString())
              .matches(key -> Tenants.holds(key, "Ready"), "is ready");
          assertThat(secrets).as(point.toString()).containsKey(name);
          Secret secret = Objects.requireNonNull(secrets.get(name));
          assertThat(usable).as(point.toString()).containsExactly(Tenants.entry(secret, "key-id"));
        }
        case REVOKE -> {
          assertThat(keys.get(name))
              .as(point.toString())
              .matches(Crashes::isFinal, "its revocation is final");
          assertThat(secrets).as(point.toString()).doesNotContainKey(name);
          assertThat(usable).as(point.toString()).isEmpty();
        }
        case DELETE -> {
          assertThat(keys).as(point.toString()).doesNotContainKey(name);
          assertThat(secrets).as(point.toString()).doesNotContainKey(name);
          assertThat(usable).as(point.toString()).isEmpty();
        }
      }
      assertThat(all.size())
          .as("versions of " + point + ", one of them at most for the crash")
          .isLessThanOrEqualTo(expectedVersions(point.operation()) + 1);
    }
  }

  private static int expectedVersions(Operation operation) {
    return switch (operation) {
      case ISSUE, CHANGE, REVOKE, DELETE -> 1;
      case REISSUE, ROTATE -> 2;
    };
  }

  private static boolean isFinal(ApiKey key) {
    return key.getStatus() != null
        && key.getStatus().getRevocation() != null
        && key.getStatus().getRevocation().getFinalAt() != null;
  }

  /**
   * Each key of the round is served or refused by every gateway as its status says; then it goes.
   */
  private void cleanUp(int round) {
    for (Point point : points) {
      String name = point.keyName(round);
      if (point.operation() == Operation.ISSUE || point.operation() == Operation.REISSUE) {
        String key = tenants.plaintext(namespace, name);
        for (int gateway = 1; gateway <= FaultStack.GATEWAYS; gateway++) {
          assertThat(tenants.status(stack.address(gateway), key)).as(name).isEqualTo(200);
        }
      }
      tenants.delete(namespace, name);
    }
  }

  @SuppressWarnings("SystemOut") // the summary is for whoever reads the build's log
  private void say(int rounds, Duration all) {
    List<Duration> sorted = recoveries.stream().sorted().toList();
    System.out.printf(
        Locale.ROOT,
        "faults: %s, seed %d: %d points, %d times each: %d crashes recovered from,"
            + " median %.1f s, longest %.1f s; %d s in all%n",
        namespace,
        Plan.seed(),
        points.size(),
        rounds,
        points.size() * rounds,
        sorted.get(sorted.size() / 2).toMillis() / 1000.0,
        sorted.getLast().toMillis() / 1000.0,
        all.toSeconds());
  }

  private static <T extends HasMetadata> Map<String, T> byName(List<T> all) {
    return all.stream()
        .collect(Collectors.toMap(one -> one.getMetadata().getName(), Function.identity()));
  }
}
