package dev.keygate.store.write;

import dev.keygate.store.feed.FeedOrganization;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row of {@code organization}. */
record OrganizationRow(
    String uid,
    String id,
    String name,
    @Nullable String parentId,
    String displayName,
    @Nullable List<String> permissions,
    boolean suspended,
    long position,
    Instant createdAt,
    Instant updatedAt) {

  FeedOrganization toFeed() {
    return new FeedOrganization(
        id, name, parentId, displayName, permissions, suspended, createdAt, updatedAt);
  }
}
