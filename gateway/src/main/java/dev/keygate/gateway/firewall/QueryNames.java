package dev.keygate.gateway.firewall;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;

/**
 * Tells the query parameters that name an organization from those that only some readers take for
 * one: encoded once or twice, in another case, full-width, with another separator, with brackets,
 * or after a {@code ;}.
 */
final class QueryNames {

  enum Kind {
    SELECTOR,
    LOOK_ALIKE,
    OTHER
  }

  private static final String FOLDED = "organizationid";
  private static final int MOST_DECODINGS = 4;

  private QueryNames() {}

  /** The parameter from {@code start} to {@code end}, which has no {@code &}. */
  static Kind classify(String raw, int start, int end) {
    int nameEnd = Math.min(end(raw, start, "="), end);
    int length = nameEnd - start;
    if (nameEnd < end
        && (is(raw, start, length, "organization_id")
            || is(raw, start, length, "organizationId"))) {
      // A ";" in its value is no part of an id and is refused as such.
      return Kind.SELECTOR;
    }
    for (int from = start; from < end; ) {
      int to = Math.min(end(raw, from, ";"), end);
      if (looksAlike(raw, from, Math.min(end(raw, from, "="), to))) {
        return Kind.LOOK_ALIKE;
      }
      from = to + 1;
    }
    return Kind.OTHER;
  }

  static int end(String raw, int start, String delimiter) {
    int at = raw.indexOf(delimiter, start);
    return at < 0 ? raw.length() : at;
  }

  private static boolean is(String raw, int start, int length, String name) {
    return length == name.length() && raw.startsWith(name, start);
  }

  private static boolean looksAlike(String raw, int start, int end) {
    // Every way of writing it takes at least as many characters.
    return end - start >= FOLDED.length() && folded(raw.substring(start, end)).equals(FOLDED);
  }

  private static String folded(String name) {
    String decoded = name;
    for (int i = 0; i < MOST_DECODINGS && decoded.indexOf('%') >= 0; i++) {
      decoded = decode(decoded);
    }
    String text = Normalizer.normalize(decoded, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    int bracket = text.indexOf('[');
    int end = bracket < 0 ? text.length() : bracket;
    StringBuilder letters = new StringBuilder(end);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      // Separators, white space, controls and marks vanish; some reader drops or maps each of them.
      if (Character.isLetterOrDigit(c)) {
        letters.append(c);
      }
    }
    return letters.toString();
  }

  private static String decode(String text) {
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    byte[] decoded = new byte[octets.length];
    int length = 0;
    for (int i = 0; i < octets.length; i++) {
      int high =
          octets[i] == '%' && i + 2 < octets.length ? Character.digit(octets[i + 1], 16) : -1;
      int low = high < 0 ? -1 : Character.digit(octets[i + 2], 16);
      if (low >= 0) {
        decoded[length++] = (byte) (high * 16 + low);
        i += 2;
      } else {
        decoded[length++] = octets[i];
      }
    }
    return new String(decoded, 0, length, StandardCharsets.UTF_8);
  }
}
