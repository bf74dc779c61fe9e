package dev.keygate.operator.tree;

import dev.keygate.operator.condition.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether an ApiKey may exist where it is, for the organization it names. */
public sealed interface Tenancy {

  /** The organization was not looked at yet. */
  record Undecided(String message) implements Tenancy {}

  /**
   * It may not.
   *
   * @param confirmed decided on live reads of the API server, so that it may end a key's life
   */
  record Refused(Reason reason, String message, boolean confirmed) implements Tenancy {}

  /**
   * It may.
   *
   * @param suspendedBy name of the nearest suspended organization at or above; null: none
   */
  record Granted(
      String organizationId, List<String> effectivePermissions, @Nullable String suspendedBy)
      implements Tenancy {
    public Granted {
      effectivePermissions = List.copyOf(effectivePermissions);
    }
  }
}
