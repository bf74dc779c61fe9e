package dev.keygate.store.read;

import dev.keygate.store.key.KeyHash;
import dev.keygate.store.write.Command.KeySpec;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An ApiKey as the store knows it.
 *
 * @param handledRevision the rotation revision that the latest version was minted for
 */
public record KeyRecord(
    KeySpec spec, long handledRevision, boolean deleted, List<Version> versions) {

  public KeyRecord {
    versions = List.copyOf(versions);
  }

  /**
   * One key in the clear that there ever was, by its hash.
   *
   * @param number 1 for the first
   * @param position feed number at which the version last changed: what replicas must acknowledge
   * @param issueReason why it was minted
   * @param activatedAt when it became the key in use; null: it never did
   * @param retireAt when a retiring one is to be revoked at the latest
   * @param reason why it was revoked
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
      String issueReason,
      @Nullable Instant activatedAt,
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
