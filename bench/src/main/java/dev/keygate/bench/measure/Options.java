package dev.keygate.bench.measure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Options of a benchmark: {@code --name value}, each known by the default that it is read with, and
 * {@code --quick}, which gives some of them another default.
 */
public final class Options {

  private static final String QUICK = "--quick";

  private final Map<String, List<String>> values;
  private final boolean quick;
  private boolean askedForQuick;

  private Options(Map<String, List<String>> values, boolean quick) {
    this.values = values;
    this.quick = quick;
  }

  /** Throws IllegalArgumentException for anything but {@code --quick} and {@code --name value}. */
  public static Options parse(List<String> given) {
    List<String> arguments = given.stream().filter(each -> !each.equals(QUICK)).toList();
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (int i = 0; i < arguments.size(); i += 2) {
      String name = arguments.get(i);
      if (!name.startsWith("--") || i + 1 == arguments.size()) {
        throw new IllegalArgumentException("expected --name value, found " + name);
      }
      values.computeIfAbsent(name.substring(2), n -> new ArrayList<>()).add(arguments.get(i + 1));
    }
    return new Options(values, arguments.size() < given.size());
  }

  /** A whole number of at least 1, or of at least 0 when that is the default. */
  public int number(String name, int otherwise) {
    List<String> given = all(name);
    if (given.isEmpty()) {
      return otherwise;
    }
    int number = Integer.parseInt(given.getLast());
    int least = Math.min(otherwise, 1);
    if (number < least) {
      throw new IllegalArgumentException(
          "--" + name + " must be at least " + least + ", found " + number);
    }
    return number;
  }

  /** As {@link #number(String, int)}, with another default for a quick run. */
  public int number(String name, int otherwise, int whenQuick) {
    askedForQuick = true;
    return number(name, quick ? whenQuick : otherwise);
  }

  public String text(String name, String otherwise) {
    List<String> given = all(name);
    return given.isEmpty() ? otherwise : given.getLast();
  }

  /** Every value of an option that may be repeated. */
  public List<String> all(String name) {
    List<String> given = values.remove(name);
    return given == null ? List.of() : List.copyOf(given);
  }

  /** To be called after all were read: refuses those that nobody asked for. */
  public void end() {
    if (quick && !askedForQuick) {
      throw new IllegalArgumentException("no such option here: " + QUICK);
    }
    if (!values.isEmpty()) {
      throw new IllegalArgumentException(
          "no such option here: --" + values.keySet().iterator().next());
    }
  }
}
