package dev.keygate.gateway.door;

import dev.keygate.gateway.decision.AccessPolicy;
import dev.keygate.gateway.decision.AccessRequest;
import dev.keygate.gateway.decision.Authentication;
import dev.keygate.gateway.decision.Decision;
import dev.keygate.gateway.decision.Denied;
import dev.keygate.gateway.lease.Lease;
import dev.keygate.gateway.view.KeySnapshot;
import dev.keygate.gateway.view.KeyView;
import java.time.InstantSource;
import java.util.Optional;

/** Asks the pure decision with what changes from moment to moment: snapshot, lease and clock. */
public final class Judge {

  private final KeyView view;
  private final Lease lease;
  private final InstantSource clock;

  public Judge(KeyView view, Lease lease, InstantSource clock) {
    this.view = view;
    this.lease = lease;
    this.clock = clock;
  }

  KeySnapshot snapshot() {
    return view.snapshot();
  }

  long nowMillis() {
    return clock.millis();
  }

  boolean fresh() {
    return lease.fresh();
  }

  /**
   * Why a request that was allowed may not go on; empty when it still may. Runs on the event loop
   * directly before the write that it guards: rule 10 of docs/architecture.md, kept at the decision
   * ({@link DecisionHandler}), before the head to the upstream ({@link OutboundCheck}) and when the
   * answer is committed.
   */
  Optional<Denied> again(Grant.ToPrincipal grant) {
    // The lease before the snapshot: it vouches for the one in force now or a newer one. The other
    // way round a swap and its renewal between the two reads would vouch for the old one.
    boolean fresh = lease.fresh();
    KeySnapshot snapshot = view.snapshot();
    AccessRequest request = grant.request();
    long now = clock.millis();
    if (snapshot == grant.snapshot()) {
      // Only lease and expiry can have changed.
      return switch (AccessPolicy.authenticate(request.credential(), snapshot, fresh, now)) {
        case Authentication.Failed(var denied) -> Optional.of(denied);
        case Authentication.Valid valid -> Optional.empty();
      };
    }
    return switch (AccessPolicy.decide(request, snapshot, fresh, now)) {
      case Decision.Refused(var denied) -> Optional.of(denied);
      case Decision.Allowed allowed -> Optional.empty();
      case Decision.Anonymous anonymous -> Optional.empty();
    };
  }
}
