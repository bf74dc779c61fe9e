package dev.keygate.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Finds the end of an HTTP/1.1 answer; anything but 200 with a length ends the benchmark. */
final class Answers {

  private static final byte[] OK = ascii("HTTP/1.1 200 ");
  private static final byte[] LENGTH = ascii("\r\ncontent-length:");

  private Answers() {}

  /** The length of the whole answer that {@code bytes} begins with; -1 while it is incomplete. */
  static int length(byte[] bytes, int available) {
    int head = endOfHead(bytes, available);
    if (head < 0) {
      return -1;
    }
    if (!Arrays.equals(bytes, 0, OK.length, OK, 0, OK.length)) {
      throw unexpected(bytes, available);
    }
    int whole = head + contentLength(bytes, head);
    return whole <= available ? whole : -1;
  }

  private static int endOfHead(byte[] bytes, int available) {
    for (int i = 3; i < available; i++) {
      if (bytes[i] == '\n'
          && bytes[i - 1] == '\r'
          && bytes[i - 2] == '\n'
          && bytes[i - 3] == '\r') {
        return i + 1;
      }
    }
    return -1;
  }

  private static int contentLength(byte[] bytes, int head) {
    for (int i = OK.length; i + LENGTH.length < head; i++) {
      if (bytes[i] == '\r' && isLength(bytes, i)) {
        return number(bytes, i + LENGTH.length);
      }
    }
    throw unexpected(bytes, head);
  }

  private static boolean isLength(byte[] bytes, int from) {
    for (int i = 0; i < LENGTH.length; i++) {
      if (Character.toLowerCase(bytes[from + i]) != LENGTH[i]) {
        return false;
      }
    }
    return true;
  }

  private static int number(byte[] bytes, int from) {
    int i = from;
    while (bytes[i] == ' ') {
      i++;
    }
    int number = 0;
    for (; bytes[i] != '\r'; i++) {
      number = number * 10 + bytes[i] - '0';
    }
    return number;
  }

  private static IllegalStateException unexpected(byte[] bytes, int available) {
    return new IllegalStateException(
        "expected 200 with a Content-Length, found:\n"
            + new String(bytes, 0, available, StandardCharsets.ISO_8859_1));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
