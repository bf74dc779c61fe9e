package dev.keygate.store.key;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;

/**
 * The shape of a key: {@code <prefix>_<environment>_<32 base62 random><6 base62 CRC-32>}. The
 * checksum covers everything before it and tells a mistyped key without a look-up.
 *
 * @param prefix 1 to 16 lower-case letters or digits
 */
public record KeyFormat(String prefix) {

  /** Longest candidate that is looked at at all, in characters. */
  public static final int MAX_LENGTH = 256;

  private static final String BASE62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final boolean[] IS_BASE62 = isBase62();
  private static final int RANDOM_LENGTH = 32;
  private static final int CHECKSUM_LENGTH = 6;
  private static final int SECRET_LENGTH = RANDOM_LENGTH + CHECKSUM_LENGTH;
  private static final int MAX_PREFIX_LENGTH = 16;
  private static final int MAX_ENVIRONMENT_LENGTH = 32;

  public KeyFormat {
    if (prefix.isEmpty()
        || prefix.length() > MAX_PREFIX_LENGTH
        || !isWord(prefix, 0, prefix.length())) {
      throw new IllegalArgumentException(
          "a key prefix must be 1 to 16 lower-case letters or digits, found \"" + prefix + "\"");
    }
  }

  /**
   * Makes a new key. Throws IllegalArgumentException unless the environment is 1 to 32 lower-case
   * letters, digits or hyphens.
   *
   * @param random a {@link java.security.SecureRandom} outside of tests
   */
  public PlaintextKey mint(String environment, RandomGenerator random) {
    if (!isEnvironment(environment, 0, environment.length())) {
      throw new IllegalArgumentException(
          "an environment must be 1 to 32 lower-case letters, digits or hyphens, found \""
              + environment
              + "\"");
    }
    StringBuilder key = new StringBuilder(MAX_LENGTH);
    key.append(prefix).append('_').append(environment).append('_');
    appendRandom(key, random);
    appendChecksum(key);
    return new PlaintextKey(key.toString(), environment);
  }

  /** The environment of a well-formed key whose checksum is right; empty for anything else. */
  public Optional<String> environmentOf(String candidate) {
    int length = candidate.length();
    int environmentStart = prefix.length() + 1;
    int secretStart = length - SECRET_LENGTH;
    int environmentEnd = secretStart - 1;
    if (length > MAX_LENGTH
        || environmentEnd <= environmentStart
        || !candidate.startsWith(prefix)
        || candidate.charAt(environmentStart - 1) != '_'
        || candidate.charAt(environmentEnd) != '_'
        || !isEnvironment(candidate, environmentStart, environmentEnd)) {
      return Optional.empty();
    }
    // What is not Latin-1 becomes a question mark, which no key has.
    byte[] bytes = candidate.getBytes(StandardCharsets.ISO_8859_1);
    if (!isBase62(bytes, secretStart) || !checksumFits(bytes)) {
      return Optional.empty();
    }
    return Optional.of(candidate.substring(environmentStart, environmentEnd));
  }

  /** Where the random part of a minted key begins. */
  static int secretStart(String key) {
    return key.length() - SECRET_LENGTH;
  }

  /** Every character is equally likely: bytes that would favour the first ones are thrown away. */
  private static void appendRandom(StringBuilder key, RandomGenerator random) {
    int fair = 256 - 256 % BASE62.length();
    byte[] bytes = new byte[2 * RANDOM_LENGTH];
    int missing = RANDOM_LENGTH;
    while (missing > 0) {
      random.nextBytes(bytes);
      for (int i = 0; i < bytes.length && missing > 0; i++) {
        int value = Byte.toUnsignedInt(bytes[i]);
        if (value < fair) {
          key.append(BASE62.charAt(value % BASE62.length()));
          missing--;
        }
      }
    }
  }

  private static void appendChecksum(StringBuilder key) {
    CRC32 crc = new CRC32();
    crc.update(key.toString().getBytes(StandardCharsets.US_ASCII));
    long rest = crc.getValue();
    char[] digits = new char[CHECKSUM_LENGTH];
    for (int i = CHECKSUM_LENGTH - 1; i >= 0; i--) {
      digits[i] = BASE62.charAt((int) (rest % BASE62.length()));
      rest /= BASE62.length();
    }
    key.append(digits);
  }

  private static boolean checksumFits(byte[] candidate) {
    int checksumStart = candidate.length - CHECKSUM_LENGTH;
    CRC32 crc = new CRC32();
    crc.update(candidate, 0, checksumStart);
    long rest = crc.getValue();
    for (int i = candidate.length - 1; i >= checksumStart; i--) {
      if (candidate[i] != BASE62.charAt((int) (rest % BASE62.length()))) {
        return false;
      }
      rest /= BASE62.length();
    }
    return rest == 0;
  }

  private static boolean isEnvironment(String text, int start, int end) {
    if (end <= start || end - start > MAX_ENVIRONMENT_LENGTH) {
      return false;
    }
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if (!isWordCharacter(c) && c != '-') {
        return false;
      }
    }
    return true;
  }

  private static boolean isWord(String text, int start, int end) {
    for (int i = start; i < end; i++) {
      if (!isWordCharacter(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isWordCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  }

  /** By a table: comparisons of random characters are branches that a processor can't predict. */
  private static boolean isBase62(byte[] text, int start) {
    for (int i = start; i < text.length; i++) {
      if (!IS_BASE62[Byte.toUnsignedInt(text[i])]) {
        return false;
      }
    }
    return true;
  }

  private static boolean[] isBase62() {
    boolean[] is = new boolean[256];
    BASE62.chars().forEach(c -> is[c] = true);
    return is;
  }
}
