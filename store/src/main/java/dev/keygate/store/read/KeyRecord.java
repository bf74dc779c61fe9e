package dev.keygate.store.read;

import dev.keygate.store.key.KeyHash;
import dev.keygate.store.write.Command.KeySpec;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An ApiKey as the store knows it. */
public record KeyRecord(KeySpec spec, boolean deleted, List<Version> versions) {

  public KeyRecord {
    versions = List.copyOf(versions);
  }

  /**
   * One key in the clear that there ever was, by its hash.
   *
   * @param number 1 for the first
   * @param position feed number at which the version last changed: what replicas must acknowledge
   * @param retireAt when a retiring one is to be revoked at the latest
   * @param requests total ever stored
   */
  public record Version(
      String keyId,
      int number,
      KeyHash hash,
      String hint,
      State state,
      long position,
      Instant issuedAt,
      @Nullable Instant retireAt,
      @Nullable Instant revokedAt,
      @Nullable String reason,
      long requests,
      @Nullable Instant lastUsedAt) {}

  public enum State {
    PENDING,
    ACTIVE,
    RETIRING,
    REVOKED;

    public boolean usable() {
      return this != REVOKED;
    }
  }
}
