package dev.keygate.gateway.firewall;

import dev.keygate.gateway.firewall.RequestTarget.Canonical;
import dev.keygate.gateway.firewall.RequestTarget.Refused;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/** One pass over a target's characters; allocates only where the path has encoded non-ASCII. */
final class TargetReader {

  private static final boolean[] PATH = allowed("-._~!$&'()*+,=:@/%");
  private static final boolean[] QUERY = allowed("-._~!$&'()*+,;=:@/?%[]");

  private static final Refused NOT_ORIGIN =
      new Refused("The request target must be a path that starts with a slash.");
  private static final Refused CHARACTER =
      new Refused("The request target has a character that must be percent-encoded or left out.");
  private static final Refused EMPTY_SEGMENT =
      new Refused("The path must not have an empty segment.");
  private static final Refused DOT_SEGMENT =
      new Refused("The path must not have a segment of dots.");
  private static final Refused ENCODING =
      new Refused("The request target has a malformed percent-encoding.");
  private static final Refused ENCODED_DELIMITER =
      new Refused("The path must not have a percent-encoded delimiter or control character.");

  private TargetReader() {}

  static RequestTarget read(String raw) {
    int length = raw.length();
    if (length == 0 || raw.charAt(0) != '/') {
      return NOT_ORIGIN;
    }
    int pathEnd = length;
    int segmentStart = 1;
    boolean wide = false;
    for (int i = 1; i <= length; i++) {
      char c = i < length ? raw.charAt(i) : '?';
      if (c == '/' || c == '?') {
        boolean last = c == '?';
        if (i == segmentStart && !last) {
          return EMPTY_SEGMENT;
        }
        if (isDots(raw, segmentStart, i)) {
          return DOT_SEGMENT;
        }
        if (last) {
          pathEnd = i;
          break;
        }
        segmentStart = i + 1;
      } else if (c >= PATH.length || !PATH[c]) {
        return CHARACTER;
      } else if (c == '%') {
        int octet = octet(raw, i);
        if (octet < 0) {
          return ENCODING;
        }
        if (isDelimiter(octet)) {
          return ENCODED_DELIMITER;
        }
        wide |= octet >= 0x80;
        i += 2;
      }
    }
    if (wide && !isPlainText(raw, pathEnd)) {
      return ENCODED_DELIMITER;
    }
    for (int i = pathEnd + 1; i < length; i++) {
      char c = raw.charAt(i);
      if (c >= QUERY.length || !QUERY[c]) {
        return CHARACTER;
      }
      if (c == '%' && octet(raw, i) < 0) {
        return ENCODING;
      }
    }
    return new Canonical(raw, pathEnd);
  }

  /** The octet that the triplet at {@code i} stands for; -1 when it is none. */
  static int octet(String raw, int i) {
    if (i + 2 >= raw.length()) {
      return -1;
    }
    int high = Character.digit(raw.charAt(i + 1), 16);
    int low = Character.digit(raw.charAt(i + 2), 16);
    boolean ascii = raw.charAt(i + 1) < 0x80 && raw.charAt(i + 2) < 0x80;
    return high < 0 || low < 0 || !ascii ? -1 : high * 16 + low;
  }

  private static boolean isDots(String raw, int start, int end) {
    return (end - start == 1 && raw.charAt(start) == '.')
        || (end - start == 2 && raw.charAt(start) == '.' && raw.charAt(start + 1) == '.');
  }

  private static boolean isDelimiter(int octet) {
    return octet < 0x20
        || octet == 0x7f
        || octet == '.'
        || octet == '/'
        || octet == '\\'
        || octet == '%'
        || octet == ';'
        || octet == '?'
        || octet == '#';
  }

  /**
   * Whether the encoded octets are valid UTF-8 (overlong forms are not) that stays clear of
   * delimiters when a reader folds compatibility characters: a full-width solidus, two dot leaders.
   */
  private static boolean isPlainText(String raw, int pathEnd) {
    ByteBuffer octets = ByteBuffer.allocate(pathEnd);
    for (int i = 0; i < pathEnd; i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        octets.put((byte) octet(raw, i));
        i += 2;
      } else {
        octets.put((byte) c);
      }
    }
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(octets.flip())
              .toString();
      String folded = Normalizer.normalize(text, Normalizer.Form.NFKC);
      return text.chars().noneMatch(c -> c >= 0x80 && c < 0xa0)
          && delimiters(folded) == delimiters(text);
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static long delimiters(String text) {
    return text.chars().filter(c -> isDelimiter(c)).count();
  }

  private static boolean[] allowed(String punctuation) {
    boolean[] allowed = new boolean[128];
    for (char c = '0'; c <= '9'; c++) {
      allowed[c] = true;
    }
    for (char c = 'a'; c <= 'z'; c++) {
      allowed[c] = true;
      allowed[Character.toUpperCase(c)] = true;
    }
    punctuation.chars().forEach(c -> allowed[c] = true);
    return allowed;
  }
}
