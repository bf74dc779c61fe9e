package dev.keygate.operator.organization;

import dev.keygate.crds.v1alpha1.Organization;
import dev.keygate.crds.v1alpha1.OrganizationSpec;
import dev.keygate.operator.cluster.Caches;
import dev.keygate.operator.tree.Node;
import dev.keygate.store.write.Command;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an Organization resource asks for, with every default in place.
 *
 * @param parent name of the parent resource; null: a root
 * @param permissions ceiling; null: the parent's
 */
public record OrganizationWish(
    String uid,
    String name,
    long generation,
    String id,
    String displayName,
    @Nullable String parent,
    @Nullable List<String> permissions,
    boolean suspended) {

  public OrganizationWish {
    permissions = permissions == null ? null : List.copyOf(permissions);
  }

  public static OrganizationWish of(Organization resource) {
    OrganizationSpec spec =
        Objects.requireNonNullElseGet(resource.getSpec(), OrganizationSpec::new);
    String name = resource.getMetadata().getName();
    return new OrganizationWish(
        resource.getMetadata().getUid(),
        name,
        Objects.requireNonNullElse(resource.getMetadata().getGeneration(), 0L),
        Objects.requireNonNullElse(spec.getId(), name),
        Objects.requireNonNullElse(spec.getDisplayName(), name),
        Caches.parentOf(resource).orElse(null),
        spec.getPermissions(),
        Boolean.TRUE.equals(spec.getSuspended()));
  }

  Node node(@Nullable String parentId) {
    return new Node(uid, id, name, parentId, displayName, permissions, suspended);
  }

  Command.PutOrganization put(@Nullable String parentId) {
    return new Command.PutOrganization(
        uid, id, name, parentId, displayName, permissions, suspended);
  }
}
