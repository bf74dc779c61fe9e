package dev.keygate.gateway.door;

import java.util.concurrent.ThreadLocalRandom;

/**
 * A name for one request, in its answer, its log lines and the headers that the upstream gets. Made
 * here always: one that a client chose could forge log lines. Looks like a UUID of version 4; need
 * not be unguessable.
 */
final class CorrelationId {

  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private CorrelationId() {}

  static String next() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = (random.nextLong() & 0xffff_ffff_ffff_0fffL) | 0x4000L;
    long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    char[] text = new char[36];
    write(text, 0, high >>> 32, 8);
    write(text, 9, high >>> 16, 4);
    write(text, 14, high, 4);
    write(text, 19, low >>> 48, 4);
    write(text, 24, low, 12);
    text[8] = '-';
    text[13] = '-';
    text[18] = '-';
    text[23] = '-';
    return new String(text);
  }

  private static void write(char[] text, int at, long value, int digits) {
    for (int i = digits - 1; i >= 0; i--) {
      text[at + digits - 1 - i] = HEX[(int) (value >>> (4 * i)) & 0xf];
    }
  }
}
