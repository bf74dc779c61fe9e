package dev.keygate.gateway.decision;

import dev.keygate.gateway.view.Permission;
import java.util.Map;

/** What a route asks of a key, by method. */
public sealed interface RequiredPermissions {

  /** Any valid key will do. */
  record None() implements RequiredPermissions {}

  /** One permission for every method. */
  record Always(Permission permission) implements RequiredPermissions {}

  /** A method that is not listed is denied to every key. */
  record ByMethod(Map<String, Permission> permissions) implements RequiredPermissions {
    public ByMethod {
      permissions = Map.copyOf(permissions);
    }
  }
}
