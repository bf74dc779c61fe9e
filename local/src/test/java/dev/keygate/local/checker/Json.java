package dev.keygate.local.checker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** As much of JSON as the API server's answers need; numbers stay text. */
final class Json {

  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  static Map<String, @Nullable Object> object(String text) {
    return asObject(new Json(text).value());
  }

  /** The value at a path such as {@code metadata.name}; null when it is not there. */
  static @Nullable Object find(@Nullable Object from, String path) {
    Object value = from;
    for (String name : path.split("\\.", -1)) {
      if (!(value instanceof Map<?, ?> map)) {
        return null;
      }
      value = map.get(name);
    }
    return value;
  }

  /** "" when it is not there. */
  static String text(@Nullable Object from, String path) {
    Object value = find(from, path);
    return value == null ? "" : value.toString();
  }

  /** Empty when it is not there. */
  static List<@Nullable Object> list(@Nullable Object from, String path) {
    return find(from, path) instanceof List<?> list ? new ArrayList<>(list) : List.of();
  }

  @SuppressWarnings("unchecked") // Only strings are ever put as names.
  static Map<String, @Nullable Object> asObject(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return (Map<String, @Nullable Object>) map;
    }
    throw new IllegalArgumentException("not a JSON object");
  }

  private @Nullable Object value() {
    char c = peek();
    return switch (c) {
      case '{' -> members();
      case '[' -> elements();
      case '"' -> string();
      default -> literal();
    };
  }

  private Map<String, @Nullable Object> members() {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    at++;
    while (peek() != '}') {
      if (peek() == ',') {
        at++;
      }
      peek();
      String name = string();
      if (peek() != ':') {
        throw new IllegalArgumentException("expected a colon at " + at);
      }
      at++;
      members.put(name, value());
    }
    at++;
    return members;
  }

  private List<@Nullable Object> elements() {
    List<@Nullable Object> elements = new ArrayList<>();
    at++;
    while (peek() != ']') {
      if (peek() == ',') {
        at++;
      }
      elements.add(value());
    }
    at++;
    return elements;
  }

  private String string() {
    StringBuilder string = new StringBuilder();
    for (at++; text.charAt(at) != '"'; at++) {
      char c = text.charAt(at);
      if (c != '\\') {
        string.append(c);
        continue;
      }
      at++;
      switch (text.charAt(at)) {
        case 'n' -> string.append('\n');
        case 't' -> string.append('\t');
        case 'r' -> string.append('\r');
        case 'b' -> string.append('\b');
        case 'f' -> string.append('\f');
        case 'u' -> {
          string.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
          at += 4;
        }
        default -> string.append(text.charAt(at));
      }
    }
    at++;
    return string.toString();
  }

  private @Nullable Object literal() {
    int begin = at;
    while (at < text.length() && ",]} \n\r\t".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String literal = text.substring(begin, at);
    return switch (literal) {
      case "null" -> null;
      case "true" -> Boolean.TRUE;
      case "false" -> Boolean.FALSE;
      case "" -> throw new IllegalArgumentException("expected a value at " + begin);
      default -> literal;
    };
  }

  private char peek() {
    while (Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return text.charAt(at);
  }
}
