package dev.keygate.bench.revoke;

/** What happens one after the other in a revocation, each by the part that it ends. */
enum Moment {
  ACCEPTED("the API server has answered the patch"),
  SEEN("watch: the operator's reconcile begins (status.revocation.requestedAt)"),
  BEGUN("plan: the transaction begins"),
  COMMITTED("commit: written to the log of PostgreSQL"),
  NOTIFIED("notification: on disk, and told to one more listener"),
  ACKNOWLEDGING("swap: the last gateway has swapped, its event loops passed"),
  ACKNOWLEDGED("acknowledgement: that of the last gateway committed"),
  FINAL("acknowledgement seen: the operator calls it final (finalAt)"),
  ANCHORED("anchor: recorded in the API server"),
  SECRET_GONE("Secret: deleted"),
  TOLD("status: written, and seen by a watch");

  private final String part;

  Moment(String part) {
    this.part = part;
  }

  String part() {
    return part;
  }
}
