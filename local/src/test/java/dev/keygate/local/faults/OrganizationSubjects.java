package dev.keygate.local.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.crds.v1alpha1.Organization;
import dev.keygate.local.faults.Point.Operation;
import dev.keygate.local.faults.Rows.StoredOrganization;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** An organization for each point, with a key where one has to be refused. */
final class OrganizationSubjects implements Subjects {

  private final FaultStack stack;
  private final Tenants tenants;
  private final String namespace;
  private final Rows rows;
  private Map<String, Organization> organizations = Map.of();
  private Map<String, StoredOrganization> stored = Map.of();

  /**
   * @param namespace of the keys, and what the names of the organizations begin with
   */
  OrganizationSubjects(FaultStack stack, String namespace) {
    this.stack = stack;
    this.tenants = stack.tenants();
    this.namespace = namespace;
    this.rows = new Rows(stack.stack());
  }

  @Override
  public String about(Point point, int round) {
    return namespace + "-" + point.name(round);
  }

  @Override
  public void prepare(Point point, int round) {
    if (point.operation() == Operation.CREATE_ORGANIZATION) {
      return;
    }
    String name = about(point, round);
    tenants.organization(name);
    if (point.operation() == Operation.SUSPEND) {
      tenants.declare(namespace, name, name);
    } else if (point.operation() == Operation.RESUME) {
      tenants.patchOrganization(name, "{\"spec\":{\"suspended\":true}}");
    }
  }

  @Override
  public boolean isPrepared(Point point, int round) {
    if (point.operation() == Operation.CREATE_ORGANIZATION) {
      return true;
    }
    String name = about(point, round);
    Organization organization = organizations.get(name);
    if (organization == null || !Tenants.holds(organization, "Programmed")) {
      return false;
    }
    if (point.operation() != Operation.SUSPEND) {
      return true;
    }
    // The status is written once more for the count.
    return Long.valueOf(1).equals(organization.getStatus().getApiKeys())
        && tenants.find(namespace, name).filter(key -> Tenants.holds(key, "Ready")).isPresent();
  }

  @Override
  public void trigger(Point point, int round) {
    String name = about(point, round);
    switch (point.operation()) {
      case CREATE_ORGANIZATION -> tenants.organization(name);
      case SUSPEND -> tenants.patchOrganization(name, "{\"spec\":{\"suspended\":true}}");
      case RESUME -> tenants.patchOrganization(name, "{\"spec\":{\"suspended\":false}}");
      case MOVE ->
          tenants.patchOrganization(
              name, "{\"spec\":{\"parentRef\":{\"name\":\"%s\"}}}".formatted(Tenants.NEIGHBOUR));
      case DELETE_ORGANIZATION -> tenants.deleteOrganization(name);
      case ISSUE, REISSUE, ROTATE, CHANGE, REVOKE, DELETE, LEAD ->
          throw new IllegalArgumentException(point + " is not of an organization");
    }
  }

  @Override
  public void look() {
    organizations =
        tenants.client().resources(Organization.class).list().getItems().stream()
            .collect(Collectors.toMap(one -> one.getMetadata().getName(), Function.identity()));
    stored = rows.organizations(namespace + "-");
  }

  @Override
  public void assertRecovered(Point point, int round) {
    String name = about(point, round);
    Organization organization = organizations.get(name);
    if (point.operation() == Operation.DELETE_ORGANIZATION) {
      assertThat(organization).as(point.toString()).isNull();
      assertThat(stored).as(point.toString()).doesNotContainKey(name);
      return;
    }
    boolean suspended = point.operation() == Operation.SUSPEND;
    boolean moved = point.operation() == Operation.MOVE;
    assertThat(stored.get(name))
        .as(point.toString())
        .isEqualTo(new StoredOrganization(name, suspended, moved ? Tenants.NEIGHBOUR : ""));
    assertThat(organization)
        .as(point.toString())
        .matches(o -> o != null && Tenants.holds(o, suspended ? "Programmed" : "Ready"), "is told");
    if (suspended || moved) {
      assertThat(organization)
          .as(point.toString())
          .matches(o -> o != null && Tenants.isFinal(o), "its revocation is final");
    }
  }

  @Override
  public void finish(Point point, int round) {
    String name = about(point, round);
    if (point.operation() == Operation.SUSPEND) {
      String key = tenants.plaintext(namespace, name);
      for (int gateway = 1; gateway <= FaultStack.GATEWAYS; gateway++) {
        assertThat(tenants.status(stack.address(gateway), key)).as(name).isEqualTo(401);
      }
      tenants.delete(namespace, name);
    }
    tenants.deleteOrganization(name);
  }
}
