package dev.keygate.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PairTest {

  private static final Window FAST = new Window(200, 1_000_000_000, 1_000_000);
  private static final Window SLOW = new Window(100, 1_000_000_000, 1_000_000);

  @Test
  void interleaveTurnsTheOrderRoundWhenThereAreSeveral() throws Exception {
    List<String> order = new ArrayList<>();

    List<Pair> pairs =
        Pair.interleave(
            2,
            () -> {
              order.add("subject");
              return SLOW;
            },
            () -> {
              order.add("base");
              return FAST;
            },
            _ -> {});

    assertThat(order).containsExactly("subject", "base", "base", "subject");
    assertThat(pairs).containsExactly(new Pair(SLOW, FAST), new Pair(SLOW, FAST));
    assertThat(pairs.getFirst().throughputRatio()).isEqualTo(0.5);
    assertThat(pairs.getFirst().cpuRatio()).isEqualTo(2);
  }
}
