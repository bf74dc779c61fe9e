package dev.keygate.bench.measure;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** What was measured again and again; summed up by its median and quantiles. */
public record Samples(List<Double> sorted) {

  /** Sorts; throws IllegalArgumentException when there is nothing to sum up. */
  public Samples {
    if (sorted.isEmpty()) {
      throw new IllegalArgumentException("nothing was measured");
    }
    List<Double> copy = new ArrayList<>(sorted);
    Collections.sort(copy);
    sorted = List.copyOf(copy);
  }

  public static Samples of(Collection<Double> values) {
    return new Samples(List.copyOf(values));
  }

  public double median() {
    return quantile(0.5);
  }

  /** Between the two nearest samples. */
  public double quantile(double fraction) {
    double place = fraction * (sorted.size() - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.size() - 1);
    double weight = place - below;
    return sorted.get(below) * (1 - weight) + sorted.get(above) * weight;
  }

  /** The median with its quartiles. */
  public String summary(int decimals) {
    String number = "%." + decimals + "f";
    return String.format(
        Locale.ROOT,
        number + " (quartiles " + number + " to " + number + ")",
        median(),
        quantile(0.25),
        quantile(0.75));
  }
}
