package dev.keygate.local.faults;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The operator ends at each point of everything that it does, and the next one goes on. */
@Tag("faults")
@ExtendWith(FaultStack.Extension.class)
class CrashesE2E {

  @RegisterExtension static final Watched WATCHED = new Watched("crashes");

  private static FaultStack stack;

  @BeforeAll
  static void prepare(FaultStack shared) {
    stack = shared;
  }

  @Test
  void everyCrashIsRecoveredFrom() throws Exception {
    OperatorProcess process = new OperatorProcess(stack);
    stack.process(FaultStack.OPERATOR).stop();
    try (InProcessOperator operator = new InProcessOperator(stack)) {
      operator.start();
      new Crashes(stack, operator, "crashes", points()).run(Plan.current().crashes());
      new TermCrashes(stack, operator, "crashed-term").run(2 * Plan.current().kills());
    } finally {
      process.start();
    }
  }

  @Test
  void everyKillIsRecoveredFrom() throws Exception {
    OperatorProcess operator = new OperatorProcess(stack);
    new Crashes(stack, operator, "kills", Point.all()).run(Plan.current().kills());
    new TermCrashes(stack, operator, "killed-term").run(Plan.current().kills());
  }

  private static List<Point> points() {
    return Plan.current() == Plan.LONG ? Point.all() : Point.mostCommon();
  }
}
