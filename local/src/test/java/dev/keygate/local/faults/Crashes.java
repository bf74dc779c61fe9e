package dev.keygate.local.faults;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Crashes an operator at every point. One crash meets all points at once: for each there is an
 * object whose work stands exactly there when the operator ends. Then the next one has to put every
 * one of them right.
 */
final class Crashes {

  private static final Duration REACHED = Duration.ofSeconds(60);

  /** After so many crashes a line says how far it is. */
  private static final int PROGRESS = 20;

  private final Operator operator;
  private final String namespace;
  private final List<Point> points;
  private final Subjects keys;
  private final Subjects organizations;
  private final Random random = new Random(Plan.seed());
  private final List<Duration> recoveries = new ArrayList<>();

  Crashes(FaultStack stack, Operator operator, String namespace, List<Point> points) {
    this.operator = operator;
    this.namespace = namespace;
    this.points = points;
    this.keys = new KeySubjects(stack, namespace);
    this.organizations = new OrganizationSubjects(stack, namespace);
    stack.tenants().namespace(namespace);
  }

  /** The operator must be running. */
  @SuppressWarnings("SystemOut") // progress, for whoever waits for the long run
  void run(int rounds) throws InterruptedException {
    long begin = System.nanoTime();
    prepare(1);
    for (int round = 1; round <= rounds; round++) {
      round(round, round == rounds);
      if (round % PROGRESS == 0 && round < rounds) {
        System.out.printf("faults: %s, crash %d of %d%n", namespace, round, rounds);
      }
    }
    say(rounds, Duration.ofNanos(System.nanoTime() - begin));
  }

  private void round(int round, boolean last) throws InterruptedException {
    awaitPrepared(round);
    for (Point point : points) {
      operator.failpoints().arm(subjects(point).about(point, round), point);
    }
    List<Point> shuffled = new ArrayList<>(points);
    Collections.shuffle(shuffled, random);
    for (Point point : shuffled) {
      subjects(point).trigger(point, round);
    }
    operator.failpoints().awaitAll(REACHED);
    operator.crash();
    operator.failpoints().disarm();
    operator.start();
    long begin = System.nanoTime();
    if (!last) {
      prepare(round + 1); // Beside the recovery of this one.
    }
    awaitRecovery(round);
    recoveries.add(Duration.ofNanos(System.nanoTime() - begin));
    for (Point point : points) {
      subjects(point).finish(point, round);
    }
  }

  private Subjects subjects(Point point) {
    return point.operation().isOfOrganization() ? organizations : keys;
  }

  private void prepare(int round) {
    for (Point point : points) {
      subjects(point).prepare(point, round);
    }
  }

  private void awaitPrepared(int round) {
    await("all there for crash " + round)
        .atMost(FaultStack.PATIENCE)
        .pollDelay(Duration.ZERO)
        .until(
            () -> {
              look();
              return points.stream().allMatch(point -> subjects(point).isPrepared(point, round));
            });
  }

  private void awaitRecovery(int round) {
    await("recovery from crash " + round)
        .atMost(FaultStack.RECOVERY)
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(
            () -> {
              look();
              for (Point point : points) {
                subjects(point).assertRecovered(point, round);
              }
            });
  }

  private void look() {
    keys.look();
    organizations.look();
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
}
