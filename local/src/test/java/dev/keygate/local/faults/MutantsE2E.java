package dev.keygate.local.faults;

import static org.awaitility.Awaitility.await;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.local.process.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The checker sees what it is there to see: for each invariant a protection is switched off, by
 * changed classes on the class path of one process. Last, for nothing is right afterwards.
 */
@Tag("faults")
@Order(Integer.MAX_VALUE)
@ExtendWith(FaultStack.Extension.class)
class MutantsE2E {

  private static final Duration SWEPT = Duration.ofSeconds(5);
  private static final Duration CONVERGENCE = Duration.ofSeconds(15);
  private static final String GATEWAY = FaultStack.gateway(FaultStack.MUTANT_GATEWAY);
  private static final String LEASE = "dev.keygate.gateway.lease.Lease";
  private static final String NODE = "dev.keygate.gateway.view.OrganizationNode";
  private static final String USAGE = "dev.keygate.store.usage.UsageStore";
  private static final String FINALITY = "dev.keygate.operator.finality.FinalityRule";
  private static final String SWEEP = "dev.keygate.operator.sweep.Sweep";
  private static final String PLAINTEXT = "dev.keygate.store.key.PlaintextKey";
  private static final String WISH = "dev.keygate.operator.apikey.ApiKeyWish";
  private static final String RECONCILER = "dev.keygate.operator.apikey.ApiKeyReconciler";
  private static final String CONDITIONS = "dev.keygate.operator.condition.Conditions";

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

  @BeforeAll
  static void prepare(FaultStack shared) {
    stack = shared;
    tenants = stack.tenants();
  }

  @Test
  void aGatewayWithoutItsProtectionsIsSeen() throws Exception {
    String key = tenants.issue("ignored-lease");
    restart(GATEWAY, ofGateway());
    tenants.awaitStatus(stack.address(FaultStack.MUTANT_GATEWAY), key, 200);
    try (CheckerProcess checker = check("gateway-mutant")) {
      checker.awaitViolation(4, GATEWAY);
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
    }
    restart(GATEWAY, List.of());
  }

  @Test
  void anOperatorWithoutItsProtectionsIsSeen() throws Exception {
    String lasting = tenants.issue("lasting");
    tenants.issue("final-at-once");
    tenants.issue("kept-though-revoked");
    tenants.issue("without-finalizer");
    restart(FaultStack.OPERATOR, ofOperator());
    try (CheckerProcess checker = check("operator-mutant")) {
      stack.database(GATEWAY).cut();
      tenants.declare(Tenants.NAMESPACE, "ready-at-once");
      checker.awaitViolation(1, "ready-at-once", GATEWAY);
      checker.awaitViolation(7, "ready-at-once");
      stack.database(GATEWAY).heal();
      tenants.awaitStatus(stack.address(FaultStack.MUTANT_GATEWAY), lasting, 200);
      stack.database(GATEWAY).cut();
      tenants.delete(Tenants.NAMESPACE, "final-at-once");
      checker.awaitViolation(3, "final-at-once", GATEWAY);
      stack.database(GATEWAY).heal();
      tenants.revoke(Tenants.NAMESPACE, "kept-though-revoked");
      checker.awaitViolation(6, "kept-though-revoked");
      vanish("without-finalizer");
      checker.awaitViolation(2, "without-finalizer");
      checker.awaitSilence();
      checker.awaitViolation(8);
    }
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

  private static void restart(String name, List<Mutation> mutations)
      throws InterruptedException, IOException {
    if (mutations.isEmpty()) {
      Files.deleteIfExists(stack.mutants(name));
    } else {
      Mutation.write(stack.mutants(name), mutations);
    }
    Child process = stack.process(name);
    process.stop();
    process.start();
    process.awaitReady(FaultStack.PATIENCE);
  }
}
