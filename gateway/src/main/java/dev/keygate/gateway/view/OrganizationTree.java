package dev.keygate.gateway.view;

import dev.keygate.store.feed.FeedOrganization;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * All organizations, immutable, made anew when one of them changes. One whose parent is missing, or
 * that is on a cycle, is not active: it can be looked up, and no key of it is accepted.
 */
public final class OrganizationTree {

  static final OrganizationTree EMPTY = of(List.of(), id -> 0, 0, new PermissionSets());

  private final Map<String, OrganizationNode> byId;
  private final OrganizationNode[] preOrder;
  private final @Nullable OrganizationNode[] byNumber;

  private OrganizationTree(
      Map<String, OrganizationNode> byId,
      OrganizationNode[] preOrder,
      @Nullable OrganizationNode[] byNumber) {
    this.byId = byId;
    this.preOrder = preOrder;
    this.byNumber = byNumber;
  }

  public Optional<OrganizationNode> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  public int size() {
    return preOrder.length;
  }

  /** The organization and all below it, in pre-order: each after its parent. */
  public List<OrganizationNode> subtree(OrganizationNode top) {
    return Collections.unmodifiableList(Arrays.asList(preOrder).subList(top.enter(), top.exit()));
  }

  /** The organization of a key; null when it is unknown. For the hot path within this package. */
  @Nullable OrganizationNode numbered(int number) {
    return number < byNumber.length ? byNumber[number] : null;
  }

  /**
   * @param numbers the number of an id, less than {@code count}, by which key entries refer to it
   */
  static OrganizationTree of(
      Collection<FeedOrganization> organizations,
      ToIntFunction<String> numbers,
      int count,
      PermissionSets permissions) {
    return new Builder(organizations, permissions).build(numbers, count);
  }

  /** Walks the tree from its roots with a stack of its own: depth is not bounded. */
  private static final class Builder {
    private final Collection<FeedOrganization> organizations;
    private final PermissionSets permissions;
    private final Map<String, List<FeedOrganization>> children = new HashMap<>();
    private final List<FeedOrganization> roots = new ArrayList<>();
    private final IdentityHashMap<FeedOrganization, Placed> placed = new IdentityHashMap<>();
    private final List<Placed> order = new ArrayList<>();

    Builder(Collection<FeedOrganization> organizations, PermissionSets permissions) {
      this.organizations = organizations;
      this.permissions = permissions;
      for (FeedOrganization organization : organizations) {
        String parent = organization.parentId();
        if (parent == null) {
          roots.add(organization);
        } else {
          children.computeIfAbsent(parent, id -> new ArrayList<>(2)).add(organization);
        }
      }
    }

    OrganizationTree build(ToIntFunction<String> numbers, int count) {
      for (FeedOrganization root : roots) {
        walk(root, true);
      }
      for (FeedOrganization organization : organizations) {
        if (!placed.containsKey(organization)) {
          walk(organization, false);
        }
      }
      Map<String, OrganizationNode> byId = HashMap.newHashMap(order.size());
      OrganizationNode[] preOrder = new OrganizationNode[order.size()];
      @Nullable OrganizationNode[] byNumber = new @Nullable OrganizationNode[count];
      for (Placed each : order) {
        OrganizationNode node = each.node();
        byId.put(node.id(), node);
        preOrder[node.enter()] = node;
        int number = numbers.applyAsInt(node.id());
        if (number < count) {
          byNumber[number] = node;
        }
      }
      return new OrganizationTree(byId, preOrder, byNumber);
    }

    private void walk(FeedOrganization top, boolean rooted) {
      ArrayDeque<Step> stack = new ArrayDeque<>();
      stack.push(new Step.Enter(top, rooted, PermissionSet.ALL));
      while (!stack.isEmpty()) {
        switch (stack.pop()) {
          case Step.Enter(var organization, var active, var ceiling) -> {
            if (!placed.containsKey(organization)) {
              Placed here =
                  new Placed(
                      organization,
                      order.size(),
                      active && !organization.suspended(),
                      lowered(ceiling, organization));
              placed.put(organization, here);
              order.add(here);
              stack.push(new Step.Leave(here));
              for (FeedOrganization child : children.getOrDefault(organization.id(), List.of())) {
                stack.push(new Step.Enter(child, here.active, here.ceiling));
              }
            }
          }
          case Step.Leave(var here) -> here.exit = order.size();
        }
      }
    }

    private PermissionSet lowered(PermissionSet ceiling, FeedOrganization organization) {
      List<String> own = organization.permissions();
      return own == null ? ceiling : permissions.of(own).within(ceiling);
    }
  }

  private sealed interface Step {
    record Enter(FeedOrganization organization, boolean active, PermissionSet ceiling)
        implements Step {}

    record Leave(Placed placed) implements Step {}
  }

  private static final class Placed {
    private final FeedOrganization organization;
    private final int enter;
    private final boolean active;
    private final PermissionSet ceiling;
    private int exit;

    Placed(FeedOrganization organization, int enter, boolean active, PermissionSet ceiling) {
      this.organization = organization;
      this.enter = enter;
      this.active = active;
      this.ceiling = ceiling;
    }

    OrganizationNode node() {
      return new OrganizationNode(organization, enter, exit, active, ceiling);
    }
  }
}
