package dev.keygate.operator.organization;

import dev.keygate.operator.finality.Acknowledgement;
import dev.keygate.operator.tree.Node;
import dev.keygate.store.write.Command.OrganizationResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is known of an Organization at one time.
 *
 * @param inForce as it is in the tree; null: it is not
 * @param chain itself and everything above it, root last; empty when it is not in force
 * @param children names of the organizations directly below
 * @param keys {@code namespace/name} of the ApiKeys that name it
 * @param answer what the store said to this spec; null: it was not asked
 * @param acknowledgement of the latest change to it
 */
record OrganizationState(
    OrganizationWish wish,
    Parent parent,
    @Nullable Node inForce,
    List<Node> chain,
    List<String> children,
    List<String> keys,
    @Nullable OrganizationResult answer,
    Acknowledgement acknowledgement) {

  OrganizationState {
    chain = List.copyOf(chain);
    children = List.copyOf(children);
    keys = List.copyOf(keys);
  }

  /** Whether the store was asked and said no. What stands in the way may go without a sign. */
  boolean isRefused() {
    return answer != null && !(answer instanceof OrganizationResult.Written);
  }

  OrganizationState with(Acknowledgement latest) {
    return new OrganizationState(wish, parent, inForce, chain, children, keys, answer, latest);
  }
}
