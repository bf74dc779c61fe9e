package dev.keygate.store.key;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The SHA-256 of a key's text, which stands for the key everywhere but in its Secret. Four longs,
 * so that it compares by value and costs no array.
 */
public record KeyHash(long a, long b, long c, long d) {

  private static final int BYTES = 32;
  private static final ThreadLocal<Hasher> HASHER = ThreadLocal.withInitial(Hasher::new);

  /** Hashes the US-ASCII bytes of the key. Safe from any thread; reuses a digest per thread. */
  public static KeyHash of(String key) {
    return HASHER.get().hash(key);
  }

  /** From the 32 bytes that the store holds. Throws IllegalArgumentException on another length. */
  public static KeyHash fromBytes(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException(
          "a key's hash has " + BYTES + " bytes, found " + bytes.length);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new KeyHash(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
  }

  public byte[] toBytes() {
    return ByteBuffer.allocate(BYTES).putLong(a).putLong(b).putLong(c).putLong(d).array();
  }

  /** The longs of a SHA-256 are as good as random already: no need to mix them. */
  @Override
  public int hashCode() {
    return Long.hashCode(a);
  }

  @Override
  public String toString() {
    return "KeyHash[redacted]";
  }

  /** What one thread keeps for its next hash; holds no key after a call. */
  private static final class Hasher {
    private final MessageDigest digest;
    private final byte[] hash = new byte[BYTES];

    Hasher() {
      try {
        digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
    }

    KeyHash hash(String key) {
      byte[] text = key.getBytes(StandardCharsets.US_ASCII);
      digest.update(text);
      Arrays.fill(text, (byte) 0);
      try {
        digest.digest(hash, 0, BYTES);
      } catch (DigestException e) {
        throw new IllegalStateException("the buffer has room for a SHA-256", e);
      }
      return fromBytes(hash);
    }
  }
}
