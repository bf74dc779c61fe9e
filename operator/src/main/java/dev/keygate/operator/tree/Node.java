package dev.keygate.operator.tree;

import dev.keygate.store.read.OrganizationRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An organization in force.
 *
 * @param parentId absent for a root
 * @param permissions ceiling; null: the parent's
 */
public record Node(
    String uid,
    String id,
    String name,
    @Nullable String parentId,
    String displayName,
    @Nullable List<String> permissions,
    boolean suspended) {

  public Node {
    permissions = permissions == null ? null : List.copyOf(permissions);
  }

  public static Node of(OrganizationRecord record) {
    return new Node(
        record.uid(),
        record.id(),
        record.name(),
        record.parentId(),
        record.displayName(),
        record.permissions(),
        record.suspended());
  }

  public Node withSuspended(boolean value) {
    return new Node(uid, id, name, parentId, displayName, permissions, value);
  }
}
