package dev.keygate.operator.organization;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of the parent that an Organization names. */
sealed interface Parent {

  /** None is named. */
  record None() implements Parent {}

  record InForce(String id) implements Parent {}

  /** Neither in the cache nor at the API server. */
  record Missing(String name) implements Parent {}

  /** It exists but is not in the tree. */
  record NotInForce(String name) implements Parent {}

  /**
   * It is, or would come to be, below the organization itself.
   *
   * @param path names from the organization up to itself
   */
  record Cycle(List<String> path) implements Parent {
    public Cycle {
      path = List.copyOf(path);
    }
  }

  /** The id to write; null for a root. */
  default @Nullable String id() {
    return this instanceof InForce(var id) ? id : null;
  }
}
