package dev.keygate.gateway.view;

import dev.keygate.store.feed.FeedOrganization;

/**
 * An organization at its place in the tree. A descendant's {@code enter} lies in {@code [enter,
 * exit)}: numbers in pre-order.
 *
 * @param active neither it nor one above it is suspended, and it hangs under a root
 * @param ceiling the intersection of its own permissions with those of all above it
 */
public record OrganizationNode(
    FeedOrganization organization, int enter, int exit, boolean active, PermissionSet ceiling) {

  public String id() {
    return organization.id();
  }

  /** Whether it is {@code other} or an ancestor of it. */
  public boolean contains(OrganizationNode other) {
    return enter <= other.enter && other.enter < exit;
  }
}
