package dev.keygate.bench.stack;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One line of a process's metrics, as Prometheus reads them. */
public record Series(String name, Map<String, String> labels, double value) {

  private static final Pattern LINE = Pattern.compile("([a-zA-Z0-9_:]+)(\\{.*})? ([^ ]+)( \\d+)?");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z0-9_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  public Series {
    labels = Map.copyOf(labels);
  }

  /** Every series of a scrape; comments and what is malformed are left out. */
  public static List<Series> parse(String text) {
    return text.lines()
        .filter(line -> !line.startsWith("#"))
        .map(LINE::matcher)
        .filter(Matcher::matches)
        .map(
            line ->
                new Series(line.group(1), labels(line.group(2)), Double.parseDouble(number(line))))
        .toList();
  }

  /** Empty for a label that is not there. */
  public String label(String label) {
    return labels.getOrDefault(label, "");
  }

  private static String number(Matcher line) {
    return line.group(3).replace("+Inf", "Infinity").replace("-Inf", "-Infinity");
  }

  private static Map<String, String> labels(@Nullable String braces) {
    Map<String, String> labels = new HashMap<>();
    if (braces != null) {
      Matcher label = LABEL.matcher(braces);
      while (label.find()) {
        labels.put(label.group(1), label.group(2));
      }
    }
    return labels;
  }
}
