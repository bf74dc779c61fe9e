package dev.keygate.local.checker;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a key looks like, wherever it is written. */
final class Plaintext {

  /** Also understood by PostgreSQL. */
  static final String REGEX = "pc_[a-z0-9-]+_[0-9A-Za-z]{38}";

  private static final Pattern KEY = Pattern.compile(REGEX);

  private Plaintext() {}

  static boolean in(CharSequence text) {
    return KEY.matcher(text).find();
  }

  /** The path of the field that holds one; "" when there is none. */
  static String in(String path, @Nullable Object value) {
    return switch (value) {
      case String text -> in(text) ? path : "";
      case Map<?, ?> map -> {
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          String found = in(path + "." + entry.getKey(), entry.getValue());
          if (!found.isEmpty()) {
            yield found;
          }
        }
        yield "";
      }
      case Iterable<?> list -> {
        for (Object element : list) {
          String found = in(path + "[]", element);
          if (!found.isEmpty()) {
            yield found;
          }
        }
        yield "";
      }
      case null -> "";
      default -> "";
    };
  }

  static String redacted(String text) {
    return KEY.matcher(text).replaceAll(Matcher.quoteReplacement("pc_…[redacted]"));
  }
}
