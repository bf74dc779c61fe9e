package dev.keygate.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The operator ends at each point of everything that it does, and the next one goes on. */
@Tag("faults")
@ExtendWith(FaultStack.Extension.class)
class CrashesE2E {

  private static FaultStack stack;

  @BeforeAll
  static void prepare(FaultStack shared) {
    stack = shared;
  }

  @Test
  void thereAreEnoughPoints() {
    assertThat(Point.mostCommon()).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(25);
    assertThat(Point.all()).doesNotHaveDuplicates().containsAll(Point.mostCommon());
  }

  @Test
  void everyCrashIsRecoveredFrom() throws Exception {
    try (CheckerProcess checker = stack.check("crashes");
        InProcessOperator operator = new InProcessOperator(stack)) {
      checker.fault("crashes");
      stack.process(FaultStack.OPERATOR).stop();
      operator.start();
      new Crashes(stack, operator, "crashes", points()).run(Plan.current().crashes());
      checker.healed();
      checker.awaitSilence();
      checker.assertNothingSeen();
    } finally {
      OperatorProcess operator = new OperatorProcess(stack);
      operator.start();
    }
  }

  @Test
  void everyKillIsRecoveredFrom() throws Exception {
    try (CheckerProcess checker = stack.check("kills")) {
      checker.fault("kills");
      OperatorProcess operator = new OperatorProcess(stack);
      new Crashes(stack, operator, "kills", Point.all()).run(Plan.current().kills());
      checker.healed();
      checker.awaitSilence();
      checker.assertNothingSeen();
    }
  }

  private static List<Point> points() {
    return Plan.current() == Plan.LONG ? Point.all() : Point.mostCommon();
  }
}
