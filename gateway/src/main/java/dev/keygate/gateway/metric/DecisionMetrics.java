package dev.keygate.gateway.metric;

import dev.keygate.gateway.decision.Decision;
import dev.keygate.gateway.decision.Denied;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * {@code keygate_decisions_total{decision,reason}}: each request once; {@code
 * keygate_decisions_withdrawn_total}: allowed, and not any more when it was about to be sent or
 * answered; {@code keygate_outbound_stopped_total}: stopped by the last check, which is a defect;
 * {@code keygate_upstream_failures_total{code}}: answered 502 or 504, or broken off.
 */
public final class DecisionMetrics {

  private final MeterRegistry registry;
  private final Counter allowed;
  private final Counter anonymous;
  private final Counter unmatched;
  private final Counter notCanonical;
  private final Counter ambiguous;
  private final Counter stale;
  private final Counter withdrawn;
  private final Counter stopped;
  private final Map<Denied.Unauthenticated.Reason, Counter> unauthenticated =
      new EnumMap<>(Denied.Unauthenticated.Reason.class);
  private final Map<Denied.Forbidden.Reason, Counter> forbidden =
      new EnumMap<>(Denied.Forbidden.Reason.class);

  public DecisionMetrics(MeterRegistry registry) {
    this.registry = registry;
    allowed = counter(registry, "allowed", "key");
    anonymous = counter(registry, "allowed", "public");
    unmatched = counter(registry, "not_found", "no_route");
    notCanonical = counter(registry, "invalid", "not_canonical");
    ambiguous = counter(registry, "invalid", "organization_ambiguous");
    stale = counter(registry, "unavailable", "stale");
    for (Denied.Unauthenticated.Reason reason : Denied.Unauthenticated.Reason.values()) {
      unauthenticated.put(reason, counter(registry, "unauthenticated", name(reason)));
    }
    for (Denied.Forbidden.Reason reason : Denied.Forbidden.Reason.values()) {
      forbidden.put(reason, counter(registry, "forbidden", name(reason)));
    }
    withdrawn = registry.counter("keygate.decisions.withdrawn");
    stopped = registry.counter("keygate.outbound.stopped");
  }

  public void decided(Decision decision) {
    switch (decision) {
      case Decision.Allowed principal -> allowed.increment();
      case Decision.Anonymous nobody -> anonymous.increment();
      case Decision.Refused(var denied) -> denied(denied);
    }
  }

  public void denied(Denied denied) {
    switch (denied) {
      case Denied.Unauthenticated(var reason) -> increment(unauthenticated, reason);
      case Denied.Forbidden(var reason) -> increment(forbidden, reason);
      case Denied.Invalid invalid -> ambiguous.increment();
      case Denied.Unavailable unavailable -> stale.increment();
    }
  }

  /** A valid key, and no route. */
  public void unmatched() {
    unmatched.increment();
  }

  public void notCanonical() {
    notCanonical.increment();
  }

  public void withdrawn() {
    withdrawn.increment();
  }

  /**
   * Answered 502 or 504, or broken off.
   *
   * @param code what the client saw, or would have
   */
  public void upstreamFailed(String code) {
    registry.counter("keygate.upstream.failures", "code", code).increment();
  }

  public void stoppedLast() {
    stopped.increment();
  }

  private static <E extends Enum<E>> void increment(Map<E, Counter> counters, E reason) {
    Counter counter = counters.get(reason);
    if (counter != null) {
      counter.increment();
    }
  }

  private static Counter counter(MeterRegistry registry, String decision, String reason) {
    return registry.counter("keygate.decisions", "decision", decision, "reason", reason);
  }

  private static String name(Enum<?> reason) {
    return reason.name().toLowerCase(Locale.ROOT);
  }
}
