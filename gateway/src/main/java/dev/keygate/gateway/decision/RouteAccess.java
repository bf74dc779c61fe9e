package dev.keygate.gateway.decision;

/** Who may use a route. */
public sealed interface RouteAccess {

  /** Nobody is asked for a key; upstreams get no identity. */
  record Public() implements RouteAccess {}

  /** A valid key whose organization contains the one that is asked for, and the permission. */
  record Keyed(RequiredPermissions permissions) implements RouteAccess {}
}
