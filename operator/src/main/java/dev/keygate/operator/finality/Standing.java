package dev.keygate.operator.finality;

import dev.keygate.store.connection.Instance;
import java.time.Duration;

/**
 * On what a term of leadership builds.
 *
 * @param instance the PostgreSQL that was vouched for
 * @param anew whether the feed began a new epoch, because changes were missing: what statuses call
 *     final has to be confirmed again
 * @param rowsIncomplete for how long from now on replicas may be at work whose rows are lost
 */
public record Standing(Instance instance, boolean anew, Duration rowsIncomplete) {

  /** How long leases of before may run on: the bound of rule 5. */
  public static Duration bound(Duration lease) {
    return FinalityRule.bound(lease);
  }
}
