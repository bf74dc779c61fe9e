package dev.keygate.bench.load;

import dev.keygate.bench.measure.Goal;
import dev.keygate.bench.measure.Samples;
import java.util.List;
import java.util.Locale;

/**
 * How pairs are printed, for people.
 *
 * @param subject what is judged
 * @param base what it is judged by
 * @param ratio what the one divided by the other is called
 */
public record PairReport(String subject, String base, String ratio) {

  public String line(Pair pair) {
    return String.format(
        Locale.ROOT,
        "%s %.0f/s %.1f us, %s %.0f/s %.1f us, ratio %.3f, CPU %.3f",
        subject,
        pair.subject().perSecond(),
        pair.subject().cpuPerRequest(),
        base,
        pair.base().perSecond(),
        pair.base().cpuPerRequest(),
        pair.throughputRatio(),
        pair.cpuRatio());
  }

  /**
   * Prints the medians.
   *
   * @param goal what the ratio of the requests per second is to be at least
   */
  public void print(List<Pair> pairs, double goal) {
    Samples throughput = Pair.samples(pairs, Pair::throughputRatio);
    String side = "  %-" + Math.max(subject.length(), base.length()) + "s  %s%n";
    System.out.println();
    System.out.println("medians of " + pairs.size() + " interleaved pairs:");
    System.out.printf(side, subject, medians(pairs.stream().map(Pair::subject).toList()));
    System.out.printf(side, base, medians(pairs.stream().map(Pair::base).toList()));
    System.out.printf("  requests/s, %s: %s%n", ratio, throughput.summary(3));
    System.out.printf(
        "  CPU per request, %s: %s%n", ratio, Pair.samples(pairs, Pair::cpuRatio).summary(3));
    System.out.printf(
        "goal: requests/s ratio at least %.2f: %s%n",
        goal, Goal.atLeast(throughput.median(), goal));
  }

  private static String medians(List<Window> windows) {
    return "%s requests/s, %s us CPU per request"
        .formatted(
            Samples.of(windows.stream().map(Window::perSecond).toList()).summary(0),
            Samples.of(windows.stream().map(Window::cpuPerRequest).toList()).summary(1));
  }
}
