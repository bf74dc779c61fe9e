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
    // Every way of writing it takes at least as many characters.
    return end - start >= FOLDED.length() && looksAlike(raw.substring(start, end))
        ? Kind.LOOK_ALIKE
        : Kind.OTHER;
  }

  static int end(String raw, int start, String delimiter) {
    int at = raw.indexOf(delimiter, start);
    return at < 0 ? raw.length() : at;
  }

  private static boolean is(String raw, int start, int length, String name) {
    return length == name.length() && raw.startsWith(name, start);
  }

  /** Also for a reader that decodes the whole query, any number of times, before it splits it. */
  private static boolean looksAlike(String parameter) {
    String text = parameter;
    while (true) {
      if (namesOrganization(text)) {
        return true;
      }
      String decoded = text.indexOf('%') < 0 ? text : decode(text);
      if (decoded.equals(text)) {
        return false;
      }
      text = decoded;
    }
  }

  private static boolean namesOrganization(String text) {
    for (int from = 0; from < text.length(); ) {
      int to = Math.min(end(text, from, ";"), end(text, from, "&"));
      String name = text.substring(from, Math.min(end(text, from, "="), to));
      int bracket = name.indexOf('[');
      if (folded(name).equals(FOLDED)
          || (bracket > 0 && folded(name.substring(0, bracket)).equals(FOLDED))) {
        return true;
      }
      from = to + 1;
    }
    return false;
  }

  private static String folded(String name) {
    if (name.length() < FOLDED.length()) {
      return name;
    }
    // Upper case first: a dotless i has no lower case but its own.
    String text =
        Normalizer.normalize(name, Normalizer.Form.NFKC)
            .toUpperCase(Locale.ROOT)
            .toLowerCase(Locale.ROOT);
    StringBuilder letters = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
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
