package dev.keygate.gateway.decision;

import dev.keygate.gateway.view.KeyEntry;
import dev.keygate.gateway.view.OrganizationNode;

/** Whose key a request presents, by one snapshot. */
public sealed interface Authentication {

  /** A key that is good now. */
  record Valid(KeyEntry key, String environment, OrganizationNode organization)
      implements Authentication {}

  record Failed(Denied denied) implements Authentication {}
}
