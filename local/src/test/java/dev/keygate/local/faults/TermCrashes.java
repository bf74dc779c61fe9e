package dev.keygate.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.local.faults.Point.Operation;
import dev.keygate.local.faults.Point.Side;
import java.time.Duration;
import java.util.Objects;

/**
 * Crashes an operator at what belongs to no object: the anchor, when a revocation is about to be
 * final and when a term begins, and the vouching for a PostgreSQL that was restarted. Each term
 * comes as far as the next point; the last one has to find everything as it was.
 */
final class TermCrashes {

  private static final Duration REACHED = Duration.ofSeconds(60);
  private static final String ANCHOR = "anchor.write";

  private final FaultStack stack;
  private final Tenants tenants;
  private final Operator operator;
  private final String name;

  /**
   * @param name what the names of the keys begin with
   */
  TermCrashes(FaultStack stack, Operator operator, String name) {
    this.stack = stack;
    this.tenants = stack.tenants();
    this.operator = operator;
    this.name = name;
  }

  /** The operator must be running. */
  void run(int rounds) throws InterruptedException {
    String steady = tenants.issue(name);
    String epoch = epoch();
    for (int round = 1; round <= rounds; round++) {
      round(name + "-" + round, round % 2 == 0 ? Side.AFTER : Side.BEFORE, steady);
      assertThat(epoch()).as("epoch of a PostgreSQL that lost nothing").isEqualTo(epoch);
    }
  }

  private void round(String doomed, Side side, String steady) throws InterruptedException {
    String key = tenants.issue(doomed);
    operator.failpoints().arm(new Point(Operation.REVOKE, side, ANCHOR));
    tenants.revoke(Tenants.NAMESPACE, doomed);
    crashThere();
    stack.process(FaultStack.POSTGRES).stop();
    stack.startPostgres();
    for (Point point : Point.ofTerm()) {
      operator.failpoints().arm(point);
      operator.begin();
      crashThere();
    }
    operator.start();
    tenants.awaitFinal(Tenants.NAMESPACE, doomed);
    for (int gateway = 1; gateway <= FaultStack.GATEWAYS; gateway++) {
      tenants.awaitStatus(stack.address(gateway), steady, 200);
      assertThat(tenants.status(stack.address(gateway), key)).as(doomed).isEqualTo(401);
    }
  }

  private void crashThere() throws InterruptedException {
    operator.failpoints().awaitAll(REACHED);
    operator.crash();
    operator.failpoints().disarm();
  }

  /** A new one would mean that changes were taken for lost. */
  private String epoch() {
    return Objects.requireNonNull(
        tenants
            .client()
            .configMaps()
            .inNamespace("keygate-system")
            .withName("keygate-anchor")
            .get()
            .getData()
            .get("epoch"));
  }
}
