package dev.keygate.store.key;

import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The shape of a key: {@code <prefix>_<environment>_<32 base62 random><6 base62 CRC-32>}. The
 * checksum covers everything before it and tells a mistyped key without a look-up.
 */
public record KeyFormat(String prefix) {

  /** Longest candidate that is looked at at all, in characters. */
  public static final int MAX_LENGTH = 256;

  public PlaintextKey mint(String environment, RandomGenerator random) {
    throw new UnsupportedOperationException();
  }

  /** The environment of a well-formed key whose checksum is right; empty for anything else. */
  public Optional<String> environmentOf(String candidate) {
    throw new UnsupportedOperationException();
  }
}
