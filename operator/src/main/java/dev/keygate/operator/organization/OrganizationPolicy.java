package dev.keygate.operator.organization;

import dev.keygate.operator.finality.Acknowledgement;

/**
 * Decides the next step for an Organization. A spec that is refused changes nothing: the
 * organization, and all below it, stays where and as it was.
 */
final class OrganizationPolicy {

  private OrganizationPolicy() {}

  static OrganizationPlan next(OrganizationState state) {
    return switch (state.parent()) {
      case Parent.Missing _, Parent.NotInForce _, Parent.Cycle _ -> new OrganizationPlan.Settle();
      case Parent.None _, Parent.InForce _ -> bringToForce(state);
    };
  }

  private static OrganizationPlan bringToForce(OrganizationState state) {
    if (state.isRefused()) {
      return new OrganizationPlan.Settle();
    }
    String parentId = state.parent().id();
    if (!state.wish().node(parentId).equals(state.inForce()) && state.answer() == null) {
      return new OrganizationPlan.Put(state.wish().put(parentId));
    }
    return state.acknowledgement() instanceof Acknowledgement.Unknown
        ? new OrganizationPlan.AwaitReplicas()
        : new OrganizationPlan.Settle();
  }
}
