package dev.keygate.store.write;

import dev.keygate.store.write.Command.KeySpec;
import org.jspecify.annotations.Nullable;

/** A row of {@code audit}: who did what to which key or organization, and why. */
record AuditRow(
    String action,
    String uid,
    @Nullable String namespace,
    String name,
    String organizationId,
    @Nullable String keyId,
    @Nullable String reason) {

  static AuditRow of(String action, OrganizationRow organization) {
    return new AuditRow(
        action, organization.uid(), null, organization.name(), organization.id(), null, null);
  }

  static AuditRow of(String action, KeySpec key, @Nullable String keyId, @Nullable String reason) {
    return new AuditRow(
        action, key.uid(), key.namespace(), key.name(), key.organizationId(), keyId, reason);
  }
}
