package dev.keygate.operator.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.crds.v1alpha1.AllowedNamespaces;
import dev.keygate.crds.v1alpha1.NamespaceGrant;
import dev.keygate.crds.v1alpha1.Organization;
import dev.keygate.crds.v1alpha1.OrganizationSpec;
import dev.keygate.crds.v1alpha1.OrganizationStatus;
import dev.keygate.operator.condition.Reason;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TenancyRuleTest {

  private final OrganizationTree tree = new OrganizationTree(List.of());
  private final Map<String, Organization> resources = new HashMap<>();
  private final Map<String, String> namespaceLabels = new HashMap<>();
  private boolean live;

  @Test
  void decideRefusesWhenOrganizationDoesNotExist() {
    assertThat(decide("acme"))
        .isInstanceOfSatisfying(
            Tenancy.Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(Reason.OrganizationNotFound);
              assertThat(refused.message()).contains("acme").contains("create it");
              assertThat(refused.confirmed()).isFalse();
            });
  }

  @Test
  void decideConfirmsTheRefusalWhenReadsAreLive() {
    live = true;

    assertThat(decide("acme"))
        .isInstanceOfSatisfying(Tenancy.Refused.class, r -> assertThat(r.confirmed()).isTrue());
  }

  @Test
  void decideWaitsWhenOrganizationHasNoVerdictYet() {
    resource("acme", NamespaceGrant.All);

    assertThat(decide("acme")).isInstanceOf(Tenancy.Undecided.class);
  }

  @Test
  void decideRefusesWhenOrganizationIsNotAccepted() {
    Organization organization = resource("acme", NamespaceGrant.All);
    OrganizationStatus status = new OrganizationStatus();
    status.setConditions(
        List.of(
            new ConditionBuilder()
                .withType("Accepted")
                .withStatus("False")
                .withReason("ParentCycle")
                .withObservedGeneration(1L)
                .build()));
    organization.setStatus(status);

    assertThat(decide("acme"))
        .isInstanceOfSatisfying(
            Tenancy.Refused.class,
            r -> {
              assertThat(r.reason()).isEqualTo(Reason.OrganizationNotAccepted);
              assertThat(r.message()).contains("ParentCycle");
            });
  }

  @Test
  void decideRefusesWhenNamespaceIsNotGranted() {
    inForce("acme", null, NamespaceGrant.None, null);

    assertThat(decide("acme"))
        .isInstanceOfSatisfying(
            Tenancy.Refused.class,
            r -> {
              assertThat(r.reason()).isEqualTo(Reason.OrganizationNotAccepted);
              assertThat(r.message()).contains("team-a").contains("spec.allowedNamespaces");
            });
  }

  @Test
  void decideGrantsWhenAnAncestorGrantsTheNamespace() {
    inForce("root", null, NamespaceGrant.All, null);
    inForce("acme", "root", NamespaceGrant.None, null);

    assertThat(decide("acme"))
        .isInstanceOfSatisfying(
            Tenancy.Granted.class, g -> assertThat(g.organizationId()).isEqualTo("acme-id"));
  }

  @Test
  void decideGrantsBySelectorOnlyWhenLabelsMatch() {
    Organization organization = inForce("acme", null, NamespaceGrant.Selector, null);
    Objects.requireNonNull(organization.getSpec().getAllowedNamespaces())
        .setSelector(tenantSelector());

    assertThat(decide("acme")).isInstanceOf(Tenancy.Refused.class);
    namespaceLabels.put("tenant", "acme");
    assertThat(decide("acme")).isInstanceOf(Tenancy.Granted.class);
  }

  @Test
  void decideCutsPermissionsByEveryCeilingAbove() {
    inForce("root", null, NamespaceGrant.All, List.of("contacts:*", "reports:read"));
    inForce("acme", "root", NamespaceGrant.None, List.of("contacts:read", "reports:*"));

    assertThat(decide("acme"))
        .isInstanceOfSatisfying(
            Tenancy.Granted.class,
            g ->
                assertThat(g.effectivePermissions())
                    .containsExactly("contacts:read", "reports:read"));
  }

  @Test
  void decideNamesTheNearestSuspendedOrganization() {
    inForce("root", null, NamespaceGrant.All, null);
    tree.put(tree.byName("root").orElseThrow().withSuspended(true));
    inForce("acme", "root", NamespaceGrant.None, null);

    assertThat(decide("acme"))
        .isInstanceOfSatisfying(
            Tenancy.Granted.class, g -> assertThat(g.suspendedBy()).isEqualTo("root"));
  }

  @Test
  void decideWaitsWhenTheResourceIsANewOneOfTheSameName() {
    inForce("acme", null, NamespaceGrant.All, null).getMetadata().setUid("another");

    assertThat(decide("acme")).isInstanceOf(Tenancy.Undecided.class);
  }

  private Tenancy decide(String organization) {
    return TenancyRule.decide(tree, new View(), "team-a", organization, List.of("*"));
  }

  private Organization inForce(
      String name,
      @Nullable String parent,
      NamespaceGrant grant,
      @Nullable List<String> permissions) {
    Organization organization = resource(name, grant);
    tree.put(
        new Node(
            "uid-" + name,
            name + "-id",
            name,
            parent == null ? null : parent + "-id",
            name,
            permissions,
            false));
    return organization;
  }

  private Organization resource(String name, NamespaceGrant grant) {
    Organization organization = new Organization();
    organization.setMetadata(
        new ObjectMetaBuilder().withName(name).withUid("uid-" + name).withGeneration(1L).build());
    OrganizationSpec spec = new OrganizationSpec();
    AllowedNamespaces allowed = new AllowedNamespaces();
    allowed.setFrom(grant);
    spec.setAllowedNamespaces(allowed);
    organization.setSpec(spec);
    resources.put(name, organization);
    return organization;
  }

  private static LabelSelector tenantSelector() {
    return new LabelSelectorBuilder().withMatchLabels(Map.of("tenant", "acme")).build();
  }

  private final class View implements ClusterView {
    @Override
    public Optional<Organization> organization(String name) {
      return Optional.ofNullable(resources.get(name));
    }

    @Override
    public Optional<Namespace> namespace(String name) {
      return Optional.of(
          new NamespaceBuilder()
              .withNewMetadata()
              .withName(name)
              .withLabels(namespaceLabels)
              .endMetadata()
              .build());
    }

    @Override
    public boolean isLive() {
      return live;
    }
  }
}
