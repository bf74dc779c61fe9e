package dev.keygate.operator.tree;

import dev.keygate.crds.v1alpha1.AllowedNamespaces;
import dev.keygate.crds.v1alpha1.NamespaceGrant;
import dev.keygate.crds.v1alpha1.Organization;
import dev.keygate.operator.condition.ConditionType;
import dev.keygate.operator.condition.Conditions;
import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.condition.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Decides on an ApiKey's right to name its organization.
 *
 * <p>What counts is the tree in force: an Organization whose latest spec was refused (a cycle, a
 * parent that does not exist) stays where it was, and so do its keys. Grants are read from the
 * resources, from the organization upwards; one that grants is enough.
 */
public final class TenancyRule {

  private TenancyRule() {}

  public static Tenancy decide(
      OrganizationTree tree,
      ClusterView cluster,
      String namespace,
      String organization,
      List<String> permissions) {
    Optional<Organization> resource = cluster.organization(organization);
    if (resource.isEmpty()) {
      return new Tenancy.Refused(
          Reason.OrganizationNotFound,
          "Organization " + organization + " does not exist: create it, or delete this ApiKey",
          cluster.isLive());
    }
    Optional<Node> node =
        tree.byName(organization)
            .filter(n -> n.uid().equals(resource.get().getMetadata().getUid()));
    if (node.isEmpty()) {
      return notInForce(resource.get(), cluster.isLive());
    }
    List<Node> chain = tree.chain(node.get().id());
    if (chain.stream().noneMatch(n -> grants(cluster, n, namespace))) {
      return new Tenancy.Refused(
          Reason.OrganizationNotAccepted,
          "neither Organization "
              + organization
              + " nor one above it grants namespace "
              + namespace
              + ": add it to spec.allowedNamespaces of one of them",
          cluster.isLive());
    }
    return new Tenancy.Granted(
        node.get().id(),
        within(chain, permissions),
        chain.stream().filter(Node::suspended).map(Node::name).findFirst().orElse(null));
  }

  private static Tenancy notInForce(Organization organization, boolean live) {
    String name = organization.getMetadata().getName();
    long generation = Objects.requireNonNullElse(organization.getMetadata().getGeneration(), 0L);
    var conditions =
        organization.getStatus() == null ? null : organization.getStatus().getConditions();
    return Conditions.find(conditions, ConditionType.Accepted)
        .filter(c -> Verdict.Status.False.name().equals(c.getStatus()))
        .filter(c -> Long.valueOf(generation).equals(c.getObservedGeneration()))
        .<Tenancy>map(
            c ->
                new Tenancy.Refused(
                    Reason.OrganizationNotAccepted,
                    "Organization "
                        + name
                        + " is not accepted ("
                        + c.getReason()
                        + "): "
                        + c.getMessage(),
                    live))
        .orElseGet(
            () -> new Tenancy.Undecided("Organization " + name + " has not been accepted yet"));
  }

  private static boolean grants(ClusterView cluster, Node node, String namespace) {
    AllowedNamespaces allowed =
        cluster.organization(node.name()).map(o -> o.getSpec().getAllowedNamespaces()).orElse(null);
    if (allowed == null) {
      return false;
    }
    NamespaceGrant from = Objects.requireNonNullElse(allowed.getFrom(), NamespaceGrant.None);
    var selector = allowed.getSelector();
    return switch (from) {
      case None -> false;
      case All -> true;
      case Selector ->
          selector != null
              && cluster
                  .namespace(namespace)
                  .map(
                      n ->
                          Objects.requireNonNullElse(
                              n.getMetadata().getLabels(), Map.<String, String>of()))
                  .filter(labels -> NamespaceSelector.matches(selector, labels))
                  .isPresent();
    };
  }

  private static List<String> within(List<Node> chain, List<String> permissions) {
    List<String> effective = Permissions.minimal(permissions);
    for (List<String> ceiling : ceilings(chain)) {
      effective = Permissions.intersection(effective, ceiling);
    }
    return effective;
  }

  private static List<List<String>> ceilings(List<Node> chain) {
    List<List<String>> ceilings = new ArrayList<>();
    for (Node node : chain) {
      List<String> ceiling = node.permissions();
      if (ceiling != null) {
        ceilings.add(ceiling);
      }
    }
    return ceilings;
  }
}
