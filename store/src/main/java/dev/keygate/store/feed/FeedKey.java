package dev.keygate.store.feed;

import dev.keygate.store.key.KeyHash;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An ApiKey as gateways hold it: usable versions only (pending, active, retiring).
 *
 * @param uid the ApiKey resource's UID
 * @param permissions as in the spec; ceilings are applied from the organization tree of the same
 *     view
 * @param expiresAt refused from this instant on; null: never
 */
public record FeedKey(
    String uid,
    String organizationId,
    String environment,
    List<String> permissions,
    @Nullable Instant expiresAt,
    List<Version> versions) {

  public FeedKey {
    permissions = List.copyOf(permissions);
    versions = List.copyOf(versions);
  }

  /**
   * A usable version.
   *
   * @param retiring another one has replaced it, and its use is on record until it is revoked
   */
  public record Version(String keyId, KeyHash hash, boolean retiring) {

    /** Pending or active. */
    public Version(String keyId, KeyHash hash) {
      this(keyId, hash, false);
    }
  }
}
