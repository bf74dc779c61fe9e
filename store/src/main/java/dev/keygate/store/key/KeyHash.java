package dev.keygate.store.key;

/**
 * The SHA-256 of a key's text, which stands for the key everywhere but in its Secret. Four longs,
 * so that it compares by value and costs no array.
 */
public record KeyHash(long a, long b, long c, long d) {

  /** Hashes the US-ASCII bytes of the key. Safe from any thread; reuses a digest per thread. */
  public static KeyHash of(String key) {
    throw new UnsupportedOperationException();
  }

  /** From the 32 bytes that the store holds. Throws IllegalArgumentException on another length. */
  public static KeyHash fromBytes(byte[] bytes) {
    throw new UnsupportedOperationException();
  }

  public byte[] toBytes() {
    throw new UnsupportedOperationException();
  }

  @Override
  public String toString() {
    return "KeyHash[redacted]";
  }
}
