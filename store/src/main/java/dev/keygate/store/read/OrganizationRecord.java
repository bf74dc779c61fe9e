package dev.keygate.store.read;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An organization as the store knows it.
 *
 * @param position feed number at which it last changed
 * @param keys ApiKeys (not deleted) that name it
 */
public record OrganizationRecord(
    String uid,
    String id,
    String name,
    @Nullable String parentId,
    String displayName,
    @Nullable List<String> permissions,
    boolean suspended,
    long position,
    long keys,
    Instant createdAt,
    Instant updatedAt) {}
