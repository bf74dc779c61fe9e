package dev.keygate.bench.measure;

import java.util.Collection;
import java.util.Locale;

/** Lines of milliseconds: what, its median, p99 and the longest. */
public final class Table {

  private static final String LINE = "  %-62s %9s %9s %9s%n";

  private final StringBuilder text = new StringBuilder();

  public Table(String title) {
    text.append(String.format(Locale.ROOT, LINE, title, "median", "p99", "longest"));
  }

  public Table line(String what, Collection<Double> millis) {
    Samples samples = Samples.of(millis);
    text.append(
        String.format(
            Locale.ROOT,
            LINE,
            what,
            millis(samples.median()),
            millis(samples.quantile(0.99)),
            millis(samples.quantile(1))));
    return this;
  }

  private static String millis(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
