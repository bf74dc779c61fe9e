package dev.keygate.gateway.door;

import dev.keygate.gateway.decision.Denied;

/** A request that was allowed and is not any more; carries the answer out of Spring's filters. */
final class RefusedLate extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Denied denied;

  RefusedLate(Denied denied) {
    super("no longer allowed", null, false, false);
    this.denied = denied;
  }

  Denied denied() {
    return denied;
  }
}
