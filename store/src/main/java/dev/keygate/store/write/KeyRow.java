package dev.keygate.store.write;

import dev.keygate.store.feed.Change;
import dev.keygate.store.feed.FeedKey;
import dev.keygate.store.key.KeyHash;
import dev.keygate.store.read.KeyRecord.State;
import dev.keygate.store.write.Command.KeySpec;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row of {@code api_key} with its rows of {@code key_version}, oldest first. */
record KeyRow(
    KeySpec spec,
    long handledRevision,
    Instant createdAt,
    @Nullable Instant deletedAt,
    List<Version> versions) {

  KeyRow {
    versions = List.copyOf(versions);
  }

  boolean deleted() {
    return deletedAt != null;
  }

  KeyRow with(KeySpec changed) {
    return new KeyRow(changed, handledRevision, createdAt, deletedAt, versions);
  }

  KeyRow with(List<Version> changed) {
    return new KeyRow(spec, handledRevision, createdAt, deletedAt, changed);
  }

  KeyRow handled(long revision) {
    return new KeyRow(spec, Math.max(handledRevision, revision), createdAt, deletedAt, versions);
  }

  KeyRow deletedAt(Instant now) {
    return new KeyRow(spec, handledRevision, createdAt, now, versions);
  }

  int nextNumber() {
    return versions.isEmpty() ? 1 : versions.getLast().number() + 1;
  }

  /** What the feed says of the key as it is now. */
  Change toChange() {
    List<FeedKey.Version> usable =
        versions.stream()
            .filter(version -> version.state().usable())
            .map(
                version ->
                    new FeedKey.Version(
                        version.keyId(), version.hash(), version.state() == State.RETIRING))
            .toList();
    if (deleted() || usable.isEmpty()) {
      return new Change.KeyRemoved(spec.uid());
    }
    return new Change.KeyPut(
        new FeedKey(
            spec.uid(),
            spec.organizationId(),
            spec.environment(),
            spec.permissions(),
            spec.expiresAt(),
            usable));
  }

  record Version(
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
      @Nullable String reason) {

    Version active(long at, Instant now) {
      return new Version(
          keyId,
          number,
          hash,
          hint,
          State.ACTIVE,
          at,
          issuedAt,
          issueReason,
          now,
          null,
          null,
          reason);
    }

    Version retiring(long at, Instant until) {
      return new Version(
          keyId,
          number,
          hash,
          hint,
          State.RETIRING,
          at,
          issuedAt,
          issueReason,
          activatedAt,
          until,
          null,
          reason);
    }

    Version revoked(long at, Instant now, String why) {
      return new Version(
          keyId,
          number,
          hash,
          hint,
          State.REVOKED,
          at,
          issuedAt,
          issueReason,
          activatedAt,
          retireAt,
          now,
          why);
    }
  }
}
