package dev.keygate.bench.measure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Options of a benchmark: {@code --name value}, each known by the default that it is read with. */
public final class Options {

  private final Map<String, List<String>> values;

  private Options(Map<String, List<String>> values) {
    this.values = values;
  }

  /** Throws IllegalArgumentException for anything but pairs of {@code --name value}. */
  public static Options parse(List<String> arguments) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (int i = 0; i < arguments.size(); i += 2) {
      String name = arguments.get(i);
      if (!name.startsWith("--") || i + 1 == arguments.size()) {
        throw new IllegalArgumentException("expected --name value, found " + name);
      }
      values.computeIfAbsent(name.substring(2), n -> new ArrayList<>()).add(arguments.get(i + 1));
    }
    return new Options(values);
  }

  /** A whole number of at least 1. */
  public int number(String name, int otherwise) {
    List<String> given = all(name);
    if (given.isEmpty()) {
      return otherwise;
    }
    int number = Integer.parseInt(given.getLast());
    if (number < 1) {
      throw new IllegalArgumentException("--" + name + " must be at least 1, found " + number);
    }
    return number;
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
    if (!values.isEmpty()) {
      throw new IllegalArgumentException(
          "no such option here: --" + values.keySet().iterator().next());
    }
  }
}
