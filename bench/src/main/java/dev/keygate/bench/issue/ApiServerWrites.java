package dev.keygate.bench.issue;

import dev.keygate.bench.stack.Series;
import dev.keygate.local.stack.Kubectl;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How often the API server was asked to write, by what was written, from its own counters. Renewals
 * of leader election are left out: they go on for ever.
 *
 * @param counts by verb, resource, subresource and, unless it succeeded, status
 */
record ApiServerWrites(Map<String, Long> counts) {

  private static final Set<String> VERBS = Set.of("POST", "PUT", "PATCH", "APPLY", "DELETE");
  private static final Set<String> NOT_COUNTED =
      Set.of("leases", "subjectaccessreviews", "selfsubjectaccessreviews", "tokenreviews");

  ApiServerWrites {
    counts = Map.copyOf(counts);
  }

  /** All since the API server started. */
  static ApiServerWrites now(Kubectl kubectl) throws InterruptedException {
    Map<String, Long> counts = new TreeMap<>();
    for (Series series : Series.parse(kubectl.run("get", "--raw", "/metrics"))) {
      if (series.name().equals("apiserver_request_total")
          && VERBS.contains(series.label("verb"))
          && !NOT_COUNTED.contains(series.label("resource"))) {
        counts.merge(what(series), Math.round(series.value()), Long::sum);
      }
    }
    return new ApiServerWrites(counts);
  }

  ApiServerWrites since(ApiServerWrites before) {
    Map<String, Long> more = new TreeMap<>();
    counts.forEach(
        (what, count) -> {
          long delta = count - before.counts().getOrDefault(what, 0L);
          if (delta > 0) {
            more.put(what, delta);
          }
        });
    return new ApiServerWrites(more);
  }

  long total() {
    return counts.values().stream().mapToLong(count -> count).sum();
  }

  ApiServerWrites without(String what) {
    Map<String, Long> rest = new TreeMap<>(counts);
    rest.remove(what);
    return new ApiServerWrites(rest);
  }

  /** One line for each kind of write, the most frequent first. */
  String print(int keys) {
    StringBuilder text = new StringBuilder();
    counts.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .forEach(
            entry ->
                text.append(
                    "    %6.2f per key  %,8d  %s%n"
                        .formatted(
                            (double) entry.getValue() / keys, entry.getValue(), entry.getKey())));
    return text.toString();
  }

  private static String what(Series series) {
    String subresource = series.label("subresource");
    String code = series.label("code");
    return series.label("verb")
        + " "
        + series.label("resource")
        + (subresource.isEmpty() ? "" : "/" + subresource)
        + (code.startsWith("2") ? "" : " answered " + code);
  }
}
