package dev.keygate.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** PostgreSQL away, silent or cut off, gateways frozen and partitioned, while a checker watches. */
@Tag("faults")
@ExtendWith(FaultStack.Extension.class)
class OutagesE2E {

  private static final Plan PLAN = Plan.current();

  @RegisterExtension static final Watched WATCHED = new Watched("outages");

  private static FaultStack stack;
  private static Tenants tenants;
  private static String steady;

  @BeforeAll
  static void prepare(FaultStack shared) {
    stack = shared;
    tenants = stack.tenants();
    steady = tenants.issue("outages");
  }

  @AfterEach
  void heal() {
    stack.databases().forEach(PostgresProxy::heal);
    gateways().forEach(number -> tenants.awaitStatus(stack.address(number), steady, 200));
  }

  @Test
  void requestsGoOnWhenPostgresIsAwayForLessThanTheLease() throws Exception {
    try (Traffics traffic = traffic()) {
      stack.databases().forEach(PostgresProxy::cut);
      TimeUnit.NANOSECONDS.sleep(PLAN.outage().toNanos());
      assertThat(traffic.statuses()).containsExactly(200);
      stack.databases().forEach(PostgresProxy::heal);
    }
  }

  @Test
  void gatewaysStopAfterTheLeaseAndStartAgainByThemselves() {
    tenants.declare(Tenants.NAMESPACE, "revoked-without-store");
    tenants.awaitReady(Tenants.NAMESPACE, "revoked-without-store");
    String revoked = tenants.plaintext(Tenants.NAMESPACE, "revoked-without-store");
    try (Traffics traffic = traffic()) {
      stack.databases().forEach(PostgresProxy::cut);
      tenants.revoke(Tenants.NAMESPACE, "revoked-without-store");
      traffic.awaitMore(503);
      stack.databases().forEach(PostgresProxy::heal);
      traffic.awaitMore(200);
      assertThat(traffic.statuses()).containsExactly(200, 503);
    }
    tenants.awaitFinal(Tenants.NAMESPACE, "revoked-without-store");
    gateways()
        .forEach(
            number -> assertThat(tenants.status(stack.address(number), revoked)).isEqualTo(401));
  }

  @Test
  void aStoreThatFallsSilentIsAsGoodAsGone() {
    try (Traffics traffic = traffic()) {
      stack.databases().forEach(PostgresProxy::silence);
      traffic.awaitMore(503);
      stack.databases().forEach(PostgresProxy::heal);
      traffic.awaitMore(200);
    }
    assertThat(tenants.issue("after-the-silence")).isNotEmpty();
  }

  @Test
  void aCommitWhoseAnswerIsLostHappensOnce() {
    PostgresProxy database = stack.database(FaultStack.OPERATOR);
    for (int i = 0; i < 3; i++) {
      int before = database.lost();
      database.loseAnswerTo("COMMIT\0");
      String name = "commit-lost-" + i;
      String key = tenants.issue(name);
      assertThat(database.lost()).isEqualTo(before + 1);
      gateways()
          .forEach(number -> assertThat(tenants.status(stack.address(number), key)).isEqualTo(200));
    }
  }

  @Test
  void nothingDependsOnNotifications() {
    stack.databases().forEach(PostgresProxy::dropNotifications);
    String key = tenants.issue("unannounced");
    tenants.revoke(Tenants.NAMESPACE, "unannounced");
    tenants.awaitFinal(Tenants.NAMESPACE, "unannounced");
    gateways()
        .forEach(number -> assertThat(tenants.status(stack.address(number), key)).isEqualTo(401));
  }

  @Test
  void aPartitionedGatewayHoldsFinalityUpForItsLeaseAndNoLonger() {
    String key = tenants.issue("partitioned");
    try (Traffic cutOff = Traffic.through(tenants, stack.address(3), key)) {
      stack.database(FaultStack.gateway(3)).cut();
      tenants.revoke(Tenants.NAMESPACE, "partitioned");
      tenants.awaitStatus(stack.address(1), key, 401);
      tenants.awaitStatus(stack.address(2), key, 401);
      // It still may, for it cannot know: that is what the others wait for.
      cutOff.awaitMore(200);
      assertThat(tenants.isFinal(Tenants.NAMESPACE, "partitioned")).isFalse();
      tenants.awaitFinal(Tenants.NAMESPACE, "partitioned");
      assertThat(tenants.status(stack.address(3), key)).isEqualTo(503);
      stack.database(FaultStack.gateway(3)).heal();
      cutOff.awaitMore(401);
      assertThat(cutOff.statuses()).containsExactly(200, 401, 503);
    }
  }

  @Test
  void aGatewayFrozenForTwiceItsLeaseAnswersNothingThatWaited() throws Exception {
    String key = tenants.issue("frozen");
    stack.process(FaultStack.gateway(2)).signal("STOP");
    List<CompletableFuture<Integer>> queued;
    try {
      tenants.revoke(Tenants.NAMESPACE, "frozen");
      tenants.awaitFinal(Tenants.NAMESPACE, "frozen");
      queued = IntStream.range(0, 20).mapToObj(_ -> tenants.send(stack.address(2), key)).toList();
      TimeUnit.NANOSECONDS.sleep(PLAN.lease().toNanos());
    } finally {
      stack.process(FaultStack.gateway(2)).signal("CONT");
    }
    assertThat(queued.stream().map(CompletableFuture::join)).doesNotContain(200);
  }

  private static Stream<Integer> gateways() {
    return IntStream.rangeClosed(1, FaultStack.GATEWAYS).boxed();
  }

  private static Traffics traffic() {
    return new Traffics(
        gateways().map(number -> Traffic.through(tenants, stack.address(number), steady)).toList());
  }

  /** Through every gateway. */
  private record Traffics(List<Traffic> all) implements AutoCloseable {
    void awaitMore(int status) {
      all.forEach(traffic -> traffic.awaitMore(status));
    }

    List<Integer> statuses() {
      return all.stream()
          .flatMap(traffic -> traffic.statuses().stream())
          .distinct()
          .sorted()
          .toList();
    }

    @Override
    public void close() {
      all.forEach(Traffic::close);
    }
  }
}
