package dev.keygate.store.write;

import dev.keygate.store.key.KeyHash;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One change that the operator wants. Its preconditions are checked under the feed's lock, so what
 * it answers is the truth at its place in the feed. A command that finds nothing to change writes
 * nothing (no feed entry, no audit row).
 *
 * @param <R> what it answers
 */
public sealed interface Command<R> {

  /**
   * Creates or changes an organization. A row of the same name and another UID is taken over (the
   * old resource is gone: names are unique); a row of the same id and another name is a duplicate.
   *
   * @param parentId absent for a root
   * @param permissions null: the parent's
   */
  record PutOrganization(
      String uid,
      String id,
      String name,
      @Nullable String parentId,
      String displayName,
      @Nullable List<String> permissions,
      boolean suspended)
      implements Command<OrganizationResult> {}

  /**
   * Removes an organization without children and keys. Answers Written also when it is not there.
   */
  record RemoveOrganization(String uid) implements Command<OrganizationResult> {}

  /** Changes what the spec of an existing key says; versions stay. */
  record PutKey(KeySpec key) implements Command<KeyResult> {}

  /**
   * Creates the key's row where there is none and inserts a version as pending, which gateways
   * accept.
   *
   * @param hash unique for ever: a hash that was ever stored is refused with Conflict
   * @param reason stays with the version and goes to the audit log: {@code Created}, {@code
   *     SecretLost}, ...
   * @param revision the spec's rotation revision, which is handled by this very change; at least 0.
   *     A lower one than was handled before changes nothing about that
   */
  record IssueVersion(
      KeySpec key, String keyId, KeyHash hash, String hint, String reason, long revision)
      implements Command<KeyResult> {}

  /**
   * Pending becomes active; the active one becomes retiring with {@code retireAt = now + overlap},
   * or revoked, as is one that was retiring already, when the overlap is zero; other pending
   * versions of the key are revoked.
   */
  record ActivateVersion(String uid, String keyId, Duration overlap)
      implements Command<KeyResult> {}

  /**
   * Revokes for good.
   *
   * @param keyIds empty: every usable version
   */
  record RevokeVersions(String uid, Set<String> keyIds, String reason)
      implements Command<KeyResult> {}

  /** Revokes every version and marks the key as deleted; its hashes stay, so none comes back. */
  record RemoveKey(String uid, String reason) implements Command<KeyResult> {}

  /** What the store keeps of an ApiKey's spec. */
  record KeySpec(
      String uid,
      String namespace,
      String name,
      String organizationId,
      String environment,
      List<String> permissions,
      @Nullable Instant expiresAt) {}

  sealed interface OrganizationResult {
    record Written() implements OrganizationResult {}

    record DuplicateId(String ownerName) implements OrganizationResult {}

    record ParentMissing() implements OrganizationResult {}

    /**
     * The parent is the organization itself or below it.
     *
     * @param path ids from the organization up to itself
     */
    record Cycle(List<String> path) implements OrganizationResult {}

    record HasDependents(long children, long keys) implements OrganizationResult {}
  }

  sealed interface KeyResult {
    record Written() implements KeyResult {}

    record OrganizationMissing() implements KeyResult {}

    /** No such key or version, or not in a state that allows it: read again. */
    record Conflict(String what) implements KeyResult {}
  }
}
