package dev.keygate.crds.v1alpha1;

/** Which namespaces an organization is granted to. */
public enum NamespaceGrant {
  /** No namespace. */
  None,

  /** Every namespace. */
  All,

  /** Namespaces whose labels match. */
  Selector
}
