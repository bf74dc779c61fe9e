package dev.keygate.local.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.crds.v1alpha1.Organization;
import dev.keygate.crds.v1alpha1.OrganizationStatus;
import dev.keygate.local.process.Child;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The checker sees what it is there to see: for each invariant a protection is switched off, by
 * changed classes on the class path of one process. Last, for nothing is right afterwards.
 */
@Tag("faults")
@Order(Integer.MAX_VALUE)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(FaultStack.Extension.class)
class MutantsE2E {

  private static final Duration SWEPT = Duration.ofSeconds(5);
  private static final Duration CONVERGENCE = Duration.ofSeconds(10);
  private static final String GATEWAY = FaultStack.gateway(FaultStack.MUTANT_GATEWAY);

  /** They keep all their protections. */
  private static final String LATE = FaultStack.gateway(1);

  private static final String CUT_OFF = FaultStack.gateway(2);

  private static final String LEASE = "dev.keygate.gateway.lease.Lease";
  private static final String NODE = "dev.keygate.gateway.view.OrganizationNode";
  private static final String USAGE = "dev.keygate.store.usage.UsageStore";
  private static final String FINALITY = "dev.keygate.operator.finality.FinalityRule";
  private static final String SWEEP = "dev.keygate.operator.sweep.Sweep";
  private static final String PLAINTEXT = "dev.keygate.store.key.PlaintextKey";
  private static final String WISH = "dev.keygate.operator.apikey.ApiKeyWish";
  private static final String RECONCILER = "dev.keygate.operator.apikey.ApiKeyReconciler";
  private static final String CONDITIONS = "dev.keygate.operator.condition.Conditions";
  private static final String WRITER = "dev.keygate.store.write.FeedWriter";
  private static final String TRANSACTION = "dev.keygate.store.write.FeedTransaction";

  private static FaultStack stack;
  private static Tenants tenants;

  /** It serves when its lease has ended, everybody's organizations, and counts twice. */
  static List<Mutation> ofGateway() {
    return List.of(
        Mutation.answersTrue(LEASE, "fresh"),
        Mutation.answersTrue(NODE, "contains"),
        Mutation.text(USAGE, "AND n = $2 - 1", ""));
  }

  /**
   * It waits for no replica, never sweeps, tells the key as its hint, does not revoke, and writes
   * every status each second.
   */
  static List<Mutation> ofOperator() {
    return List.of(
        Mutation.answersTrue(FINALITY, "acknowledged"),
        Mutation.doesNothing(SWEEP, "run"),
        Mutation.answersAs(PLAINTEXT, "hint", "value", "java.lang.String"),
        Mutation.answersFalse(WISH, "revoked"),
        Mutation.lambdasAnswerFalse(CONDITIONS, "condition"),
        Mutation.answersSeconds(RECONCILER, "after", 1));
  }

  /** It writes to the feed though another one leads. */
  static List<Mutation> ofUnfencedOperator() {
    return List.of(
        Mutation.text(
            TRANSACTION,
            "term = $1 AND leader = $2",
            "$1::bigint IS NOT NULL AND $2::uuid IS NOT NULL"));
  }

  /** It vouches for whatever PostgreSQL there is: it takes its anchor for found. */
  static List<Mutation> ofTrustingOperator() {
    return List.of(Mutation.text(WRITER, "h.epoch = $1)", "h.epoch = $1) OR true"));
  }

  @BeforeAll
  static void prepare(FaultStack shared) {
    stack = shared;
    tenants = stack.tenants();
  }

  /** A successor suspends an organization; then the deposed one writes what it had begun to. */
  @Test
  @Order(1)
  void aDeposedOperatorThatStillWritesIsSeen() throws Exception {
    Failpoints failpoints = stack.failpoints().failpoints();
    ApiProxy api = stack.apiServer();
    restart(FaultStack.OPERATOR, ofUnfencedOperator());
    try (CheckerProcess checker = check("mutant-deposed");
        InProcessOperator successor = new InProcessOperator(stack)) {
      failpoints.arm(
          Tenants.NEIGHBOUR,
          new Point(Point.Operation.CHANGE, Point.Side.BEFORE, "feed.PutOrganization"));
      patchNeighbour("{\"spec\":{\"displayName\":\"renamed\"}}");
      failpoints.awaitAll(FaultStack.PATIENCE);
      // It hears of nothing any more, so it has no second thoughts, and never knows of its success.
      api.freezeWatches();
      api.refuse(request -> request.path().contains("/configmaps/"), 500, Integer.MAX_VALUE);
      successor.start();
      patchNeighbour("{\"spec\":{\"suspended\":true}}");
      await("suspension final").atMost(FaultStack.PATIENCE).until(MutantsE2E::isSuspensionFinal);
      failpoints.disarm();
      checker.awaitViolation(3, Tenants.NAMESPACE + "/neighbours", Tenants.NEIGHBOUR);
    } finally {
      failpoints.disarm();
      stack.process(FaultStack.OPERATOR).stop();
      api.heal();
      patchNeighbour("{\"spec\":{\"suspended\":false}}");
    }
  }

  /**
   * PostgreSQL is put back to before a revocation. The operator is held up where it would end the
   * key again: one with its protection is so before gateways may rely on that PostgreSQL.
   */
  @Test
  @Order(2)
  void anOperatorThatVouchesForARestoredPostgresIsSeen() throws Exception {
    Failpoints failpoints = stack.failpoints().failpoints();
    String name = "brought-back";
    Child postgres = stack.process("postgres");
    Path data = stack.stack().directory().resolve("postgres");
    Path copy = data.resolveSibling("postgres.copy");
    restart(FaultStack.OPERATOR, ofTrustingOperator());
    tenants.issue(name);
    try (CheckerProcess checker = check("mutant-restored")) {
      postgres.stop();
      copy(data, copy);
      startAgain(postgres);
      tenants.revoke(Tenants.NAMESPACE, name);
      tenants.awaitFinal(Tenants.NAMESPACE, name);
      failpoints.arm(
          Tenants.NAMESPACE + "/" + name,
          new Point(Point.Operation.REVOKE, Point.Side.BEFORE, "feed.RevokeVersions"));
      postgres.stop();
      Files.move(data, data.resolveSibling("postgres.later"));
      Files.move(copy, data);
      startAgain(postgres);
      checker.awaitViolation(3, name);
    } finally {
      failpoints.disarm();
    }
  }

  @Test
  @Order(3)
  void aGatewayWithoutItsProtectionsIsSeen() throws Exception {
    String key = tenants.issue("ignored-lease");
    restart(GATEWAY, ofGateway());
    tenants.awaitStatus(stack.address(FaultStack.MUTANT_GATEWAY), key, 200);
    try (CheckerProcess checker = check("mutant-gateway")) {
      PostgresProxy database = stack.database(GATEWAY);
      await("usage counted twice")
          .atMost(FaultStack.PATIENCE)
          .pollInterval(Duration.ofMillis(1500))
          .until(
              () -> {
                if (checker.hasSeen(5, "counted")) {
                  return true;
                }
                // On a new connection, on which the statement is sent with its text.
                database.loseAnswerTo("WITH moved");
                database.cut();
                database.heal();
                return false;
              });
      database.cut();
      tenants.revoke(Tenants.NAMESPACE, "ignored-lease");
      checker.awaitViolation(3, "ignored-lease", GATEWAY);
      database.heal();
      checker.awaitViolation(4, GATEWAY);
    }
  }

  @Test
  @Order(4)
  void anOperatorWithoutItsProtectionsIsSeen() throws Exception {
    List<String> names = List.of("final-at-once", "kept-though-revoked", "without-finalizer");
    names.forEach(name -> tenants.declare(Tenants.NAMESPACE, name));
    names.forEach(name -> tenants.awaitReady(Tenants.NAMESPACE, name));
    restart(FaultStack.OPERATOR, ofOperator());
    try (CheckerProcess checker = check("mutant-operator")) {
      vanish("without-finalizer");
      stack.database(LATE).cut();
      tenants.declare(Tenants.NAMESPACE, "ready-at-once");
      checker.awaitViolation(1, "ready-at-once", LATE);
      checker.awaitViolation(7, "ready-at-once");
      // Beside the other one, whose lease may have ended by now.
      stack.database(CUT_OFF).cut();
      tenants.delete(Tenants.NAMESPACE, "final-at-once");
      checker.awaitViolation(3, "final-at-once");
      stack.database(LATE).heal();
      stack.database(CUT_OFF).heal();
      tenants.revoke(Tenants.NAMESPACE, "kept-though-revoked");
      checker.awaitViolation(6, "kept-though-revoked");
      checker.awaitViolation(2, "without-finalizer");
      checker.awaitSilence();
      checker.awaitViolation(8);
    }
  }

  private static void startAgain(Child postgres) throws InterruptedException {
    postgres.start();
    postgres.awaitReady(FaultStack.PATIENCE);
  }

  /** With its modes: PostgreSQL refuses a directory that others can read. */
  private static void copy(Path from, Path to) throws IOException, InterruptedException {
    Process copying =
        new ProcessBuilder("cp", "-a", from.toString(), to.toString()).inheritIO().start();
    assertThat(copying.waitFor()).isZero();
  }

  private static void patchNeighbour(String patch) {
    tenants
        .client()
        .resources(Organization.class)
        .withName(Tenants.NEIGHBOUR)
        .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  private static boolean isSuspensionFinal() {
    OrganizationStatus status =
        tenants
            .client()
            .resources(Organization.class)
            .withName(Tenants.NEIGHBOUR)
            .get()
            .getStatus();
    return status.getRevocation() != null && status.getRevocation().getFinalAt() != null;
  }

  /** An ApiKey whose finalizer somebody takes away. */
  private static void vanish(String name) {
    await("gone")
        .atMost(FaultStack.PATIENCE)
        .until(
            () -> {
              tenants.patch(Tenants.NAMESPACE, name, "{\"metadata\":{\"finalizers\":null}}");
              tenants
                  .client()
                  .resources(ApiKey.class)
                  .inNamespace(Tenants.NAMESPACE)
                  .withName(name)
                  .delete();
              return tenants.find(Tenants.NAMESPACE, name).isEmpty();
            });
  }

  private static CheckerProcess check(String name) {
    return stack.check(name, SWEPT, CONVERGENCE);
  }

  private static void restart(String name, List<Mutation> mutations) throws InterruptedException {
    Mutation.write(stack.mutants(name), mutations);
    Child process = stack.process(name);
    process.stop();
    process.start();
    process.awaitReady(FaultStack.PATIENCE);
  }
}
