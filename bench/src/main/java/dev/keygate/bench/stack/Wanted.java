package dev.keygate.bench.stack;

import dev.keygate.crds.v1alpha1.AllowedNamespaces;
import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.crds.v1alpha1.ApiKeySpec;
import dev.keygate.crds.v1alpha1.NamespaceGrant;
import dev.keygate.crds.v1alpha1.Organization;
import dev.keygate.crds.v1alpha1.OrganizationRef;
import dev.keygate.crds.v1alpha1.OrganizationSpec;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Resources as a team would apply them, and whether they have become what was wanted. */
public final class Wanted {

  private Wanted() {}

  /** Its keys may be in any namespace. */
  public static Organization organization(String name) {
    AllowedNamespaces all = new AllowedNamespaces();
    all.setFrom(NamespaceGrant.All);
    OrganizationSpec spec = new OrganizationSpec();
    spec.setDisplayName(name);
    spec.setAllowedNamespaces(all);
    Organization organization = new Organization();
    organization.setMetadata(new ObjectMetaBuilder().withName(name).build());
    organization.setSpec(spec);
    return organization;
  }

  public static ApiKey key(String name, String organization) {
    OrganizationRef reference = new OrganizationRef();
    reference.setName(organization);
    ApiKeySpec spec = new ApiKeySpec();
    spec.setDisplayName(name);
    spec.setOrganizationRef(reference);
    spec.setPermissions(List.of("contacts:read"));
    ApiKey key = new ApiKey();
    key.setMetadata(
        new ObjectMetaBuilder().withNamespace(BenchStack.NAMESPACE).withName(name).build());
    key.setSpec(spec);
    return key;
  }

  public static boolean isReadyKey(Optional<ApiKey> key) {
    return key.map(ApiKey::getStatus).filter(it -> is("Ready", it.getConditions())).isPresent();
  }

  public static boolean isReadyOrganization(Optional<Organization> organization) {
    return organization
        .map(Organization::getStatus)
        .filter(it -> is("Ready", it.getConditions()))
        .isPresent();
  }

  private static boolean is(String type, @Nullable List<Condition> conditions) {
    return conditions != null
        && conditions.stream()
            .anyMatch(it -> it.getType().equals(type) && it.getStatus().equals("True"));
  }
}
