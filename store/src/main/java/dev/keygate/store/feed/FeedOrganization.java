package dev.keygate.store.feed;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An organization as gateways hold it.
 *
 * @param id what clients send as {@code organization_id}
 * @param parentId absent for a root
 * @param permissions ceiling for every key at or below; null: the parent's
 */
public record FeedOrganization(
    String id,
    String name,
    @Nullable String parentId,
    String displayName,
    @Nullable List<String> permissions,
    boolean suspended,
    Instant createdAt,
    Instant updatedAt) {}
