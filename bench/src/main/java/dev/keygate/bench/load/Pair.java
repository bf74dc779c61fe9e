package dev.keygate.bench.load;

import dev.keygate.bench.measure.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * One window of what is judged and one of what it is judged by, right after one another.
 *
 * @param subject what is judged
 * @param base what it is divided by
 */
public record Pair(Window subject, Window base) {

  /** Load for the time of one window. */
  @FunctionalInterface
  public interface Stretch {
    Window run() throws Exception;
  }

  /** Turns the order round every time, so that a drift of the machine favours neither. */
  public static List<Pair> interleave(int count, Stretch subject, Stretch base, Consumer<Pair> each)
      throws Exception {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Pair pair;
      if (i % 2 == 0) {
        Window first = subject.run();
        pair = new Pair(first, base.run());
      } else {
        Window first = base.run();
        pair = new Pair(subject.run(), first);
      }
      pairs.add(pair);
      each.accept(pair);
    }
    return pairs;
  }

  public static Samples samples(List<Pair> pairs, ToDoubleFunction<Pair> figure) {
    return Samples.of(pairs.stream().map(figure::applyAsDouble).toList());
  }

  public double throughputRatio() {
    return subject.perSecond() / base.perSecond();
  }

  public double cpuRatio() {
    return subject.cpuPerRequest() / base.cpuPerRequest();
  }
}
