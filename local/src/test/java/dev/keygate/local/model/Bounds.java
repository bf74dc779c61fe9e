package dev.keygate.local.model;

/**
 * How large a world is explored.
 *
 * @param gateways processes that are alive, or have a row, at the same time; from 1 to 4. A process
 *     whose row is gone may start again, under a new id, any number of times
 * @param operators the leader, and its successor; 1 or 2
 * @param changes how many changes the feed gets at most, without those of a new epoch; up to 3
 * @param failovers how often PostgreSQL goes back to an older copy of itself; up to 2
 * @param requests whether requests are followed from their last check to their answer
 * @param staleCommand whether the first operator holds a command that makes the key usable
 * @param firstLease ticks of the lease that the first operator sets
 * @param laterLease the same for its successor
 */
record Bounds(
    int gateways,
    int operators,
    int changes,
    int failovers,
    boolean requests,
    boolean staleCommand,
    int firstLease,
    int laterLease) {

  static Bounds of(int gateways, int operators) {
    return new Bounds(gateways, operators, 1, 0, false, false, 2, 2);
  }

  Bounds changes(int most) {
    return new Bounds(
        gateways, operators, most, failovers, requests, staleCommand, firstLease, laterLease);
  }

  Bounds failovers(int most) {
    return new Bounds(
        gateways, operators, changes, most, requests, staleCommand, firstLease, laterLease);
  }

  Bounds withRequests() {
    return new Bounds(
        gateways, operators, changes, failovers, true, staleCommand, firstLease, laterLease);
  }

  Bounds withStaleCommand() {
    return new Bounds(
        gateways, operators, changes, failovers, requests, true, firstLease, laterLease);
  }

  Bounds leases(int first, int later) {
    return new Bounds(
        gateways, operators, changes, failovers, requests, staleCommand, first, later);
  }

  /** Whether the anchor matters; without it there are fewer states. */
  boolean anchored() {
    return failovers > 0 || firstLease != laterLease;
  }

  int longestLease() {
    return Math.max(firstLease, laterLease);
  }

  @Override
  public String toString() {
    return gateways
        + (gateways == 1 ? " gateway, " : " gateways, ")
        + operators
        + (operators == 1 ? " operator, " : " operators, ")
        + changes
        + (changes == 1 ? " change" : " changes")
        + (failovers == 0 ? "" : ", " + failovers + (failovers == 1 ? " failover" : " failovers"))
        + (requests ? ", requests in flight" : "")
        + (staleCommand ? ", a late command" : "")
        + ", lease "
        + firstLease
        + (laterLease == firstLease ? "" : " then " + laterLease);
  }
}
