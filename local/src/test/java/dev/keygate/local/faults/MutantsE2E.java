package dev.keygate.local.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.crds.v1alpha1.Organization;
import dev.keygate.local.process.Child;
import java.io.IOException;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
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
  private static final String FEED = "dev.keygate.store.feed.FeedSession";
  private static final String STATUSES = "dev.keygate.operator.status.StatusWriter";

  private static FaultStack stack;
  private static Tenants tenants;

  /**
   * It reads the feed when it is told to only, serves when its lease has ended, everybody's
   * organizations, and counts twice.
   */
  static List<Mutation> ofGateway() {
    return List.of(
        Mutation.lambdasBegin(FEED, "run", MutantsE2E::doErrandsUnlessNotified),
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

  private static void doErrandsUnlessNotified(CodeBuilder code) {
    ClassDesc errands = ClassDesc.of("dev.keygate.store.feed.Errands");
    ClassDesc session = ClassDesc.of("dev.keygate.store.connection.Session");
    ClassDesc mono = ClassDesc.of("reactor.core.publisher.Mono");
    Label notified = code.newLabel();
    code.aload(2)
        .instanceOf(ClassDesc.of("io.r2dbc.postgresql.api.Notification"))
        .ifne(notified)
        .aload(0)
        .getfield(ClassDesc.of(FEED), "errands", errands)
        .aload(0)
        .getfield(ClassDesc.of(FEED), "session", session)
        .invokevirtual(errands, "run", MethodTypeDesc.of(mono, session))
        .areturn()
        .labelBinding(notified);
  }

  /** It takes its cache's word for what is not there, and overwrites statuses it has not seen. */
  static List<Mutation> ofCredulousOperator() {
    return List.of(
        Mutation.answersFalse(SWEEP, "lives"),
        Mutation.skipsCall(STATUSES, "identity", "withResourceVersion"));
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

  /**
   * A successor suspends an organization; then the deposed one writes what it had begun to. First
   * one that has its protection: it ends, and nothing is seen.
   */
  @Test
  @Order(1)
  void aDeposedOperatorThatStillWritesIsSeen() throws Exception {
    Child operator = stack.process(FaultStack.OPERATOR);
    try (CheckerProcess checker = check("mutant-deposed");
        InProcessOperator successor = new InProcessOperator(stack)) {
      long deposed = operator.pid();
      depose(successor);
      assertThat(ProcessHandle.of(deposed)).isPresent();
      stack.failpoints().failpoints().disarm();
      await("end of the deposed one")
          .atMost(FaultStack.PATIENCE)
          .until(() -> ProcessHandle.of(deposed).isEmpty());
      operator.stop(); // Or it would be started again.
      tenants.issue("after-the-deposed-one");
      assertThat(checker.violations()).isEmpty();
      successor.crash();
      stack.apiServer().heal();
      tenants.patchOrganization(Tenants.NEIGHBOUR, "{\"spec\":{\"suspended\":false}}");
      restart(FaultStack.OPERATOR, ofUnfencedOperator());
      tenants.awaitReady(Tenants.NAMESPACE, "neighbours");
      depose(successor);
      stack.failpoints().failpoints().disarm();
      checker.awaitViolation(3, Tenants.NAMESPACE + "/neighbours", Tenants.NEIGHBOUR);
    } finally {
      stack.failpoints().failpoints().disarm();
      operator.stop();
      stack.apiServer().heal();
      tenants.patchOrganization(Tenants.NEIGHBOUR, "{\"spec\":{\"suspended\":false}}");
    }
  }

  /** Returns when the operator is about to change what the successor has suspended by now. */
  private static void depose(InProcessOperator successor) throws InterruptedException {
    Failpoints failpoints = stack.failpoints().failpoints();
    ApiProxy api = stack.apiServer();
    failpoints.arm(
        Tenants.NEIGHBOUR,
        new Point(Point.Operation.CHANGE, Point.Side.BEFORE, "feed.PutOrganization"));
    tenants.patchOrganization(
        Tenants.NEIGHBOUR, "{\"spec\":{\"displayName\":\"%s\"}}".formatted(UUID.randomUUID()));
    failpoints.awaitAll(FaultStack.PATIENCE);
    // It hears of nothing any more, so it has no second thoughts, and never knows of its success.
    api.freezeWatches();
    api.refuse(request -> request.path().contains("/configmaps/"), 500, Integer.MAX_VALUE);
    successor.start();
    tenants.patchOrganization(Tenants.NEIGHBOUR, "{\"spec\":{\"suspended\":true}}");
    await("suspension final").atMost(FaultStack.PATIENCE).until(MutantsE2E::isSuspensionFinal);
  }

  /**
   * PostgreSQL is put back to before a revocation, and the operator held up where it would end the
   * key again. First one that has its protection: gateways may not rely on that PostgreSQL yet, and
   * nothing is seen. Then one without it takes over from there.
   */
  @Test
  @Order(2)
  void anOperatorThatVouchesForARestoredPostgresIsSeen() throws Exception {
    Failpoints failpoints = stack.failpoints().failpoints();
    String name = "brought-back";
    Child operator = stack.process(FaultStack.OPERATOR);
    restart(FaultStack.OPERATOR, List.of());
    String key = tenants.issue(name);
    try (CheckerProcess checker = check("mutant-restored")) {
      Path copy = copyOfPostgres();
      tenants.revoke(Tenants.NAMESPACE, name);
      tenants.awaitFinal(Tenants.NAMESPACE, name);
      failpoints.arm(
          Tenants.NAMESPACE + "/" + name,
          new Point(Point.Operation.REVOKE, Point.Side.BEFORE, "feed.RevokeVersions"));
      putBack(copy);
      failpoints.awaitAll(FaultStack.PATIENCE);
      for (int gateway = 1; gateway <= FaultStack.GATEWAYS; gateway++) {
        tenants.awaitStatus(stack.address(gateway), key, 503);
      }
      assertThat(checker.violations()).isEmpty();
      operator.kill();
      restart(FaultStack.OPERATOR, ofTrustingOperator());
      checker.awaitViolation(3, name);
    } finally {
      failpoints.disarm();
    }
  }

  private static Path copyOfPostgres() throws IOException, InterruptedException {
    Path data = stack.stack().directory().resolve(FaultStack.POSTGRES);
    Path copy = data.resolveSibling("postgres.copy");
    stack.process(FaultStack.POSTGRES).stop();
    // With its modes: PostgreSQL refuses a directory that others can read.
    Process copying =
        new ProcessBuilder("cp", "-a", data.toString(), copy.toString()).inheritIO().start();
    assertThat(copying.waitFor()).isZero();
    stack.startPostgres();
    return copy;
  }

  private static void putBack(Path copy) throws IOException, InterruptedException {
    Path data = stack.stack().directory().resolve(FaultStack.POSTGRES);
    stack.process(FaultStack.POSTGRES).stop();
    Files.move(data, data.resolveSibling("postgres.later"));
    Files.move(copy, data);
    stack.startPostgres();
  }

  /** What one with its protections makes of the same is in {@link ApiServerFaultsE2E}. */
  @Test
  @Order(3)
  void anOperatorThatTakesAnOlderListForTheTruthIsSeen() throws Exception {
    restart(FaultStack.OPERATOR, ofCredulousOperator());
    OlderList list = new OlderList(stack, Tenants.NAMESPACE);
    try (CheckerProcess checker = check("mutant-credulous")) {
      list.serve();
      checker.awaitViolation(1, list.younger());
      checker.awaitViolation(6, list.changed(), "again");
    } finally {
      stack.apiServer().heal();
    }
  }

  /** What one with its protections makes of the same is in {@link OutagesE2E}. */
  @Test
  @Order(4)
  void aGatewayWithoutItsProtectionsIsSeen() throws Exception {
    String key = tenants.issue("ignored-lease");
    tenants.issue("unannounced-end");
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
      database.dropNotifications();
      tenants.revoke(Tenants.NAMESPACE, "unannounced-end");
      checker.awaitViolation(3, "unannounced-end", GATEWAY);
      database.cut();
      tenants.revoke(Tenants.NAMESPACE, "ignored-lease");
      checker.awaitViolation(3, "ignored-lease", GATEWAY);
      database.heal();
      checker.awaitViolation(4, GATEWAY);
    }
  }

  @Test
  @Order(5)
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

  private static boolean isSuspensionFinal() {
    Organization organization =
        tenants.client().resources(Organization.class).withName(Tenants.NEIGHBOUR).get();
    return Tenants.holds(organization, "Programmed") && Tenants.isFinal(organization);
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
