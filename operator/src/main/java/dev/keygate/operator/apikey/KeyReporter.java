package dev.keygate.operator.apikey;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.crds.v1alpha1.ApiKeyStatus;
import dev.keygate.operator.cluster.TermParts;
import dev.keygate.operator.condition.ConditionType;
import dev.keygate.operator.condition.Conditions;
import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.condition.Verdict;
import dev.keygate.operator.condition.Verdicts;
import dev.keygate.operator.event.EventWriter;
import dev.keygate.operator.finality.Acknowledgement;
import dev.keygate.operator.status.StatusWriter;
import dev.keygate.operator.status.Teller;
import dev.keygate.operator.usage.Coverage;
import dev.keygate.operator.usage.UsageGrants;
import dev.keygate.store.usage.RotationEvidence.Retiring;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Writes the status of an ApiKey when it differs; for what comes from counts alone, only with a
 * permit. And the Events.
 */
final class KeyReporter {

  private final KeyObserver observer;
  private final KeyMemory memory;
  private final Teller<ApiKey, ApiKeyStatus> teller;
  private final StatusWriter statuses;
  private final EventWriter events;
  private final UsageGrants grants;
  private final Clock clock;

  KeyReporter(
      TermParts parts,
      KeyObserver observer,
      KeyMemory memory,
      Teller<ApiKey, ApiKeyStatus> teller,
      UsageGrants grants) {
    this.observer = observer;
    this.memory = memory;
    this.teller = teller;
    this.statuses = parts.statuses();
    this.events = parts.events();
    this.grants = grants;
    this.clock = parts.clock();
  }

  /**
   * What a reconcile has come to.
   *
   * @param counted how much the counts in the state can tell
   * @param requestedAt when this reconcile saw that the key is to be revoked; null: it did not
   * @param lost whether this reconcile replaced a key that was lost with its Secret
   */
  record Outcome(
      ApiKeyState state, Coverage counted, @Nullable Instant requestedAt, boolean lost) {}

  void report(ApiKey resource, Outcome outcome, Context<ApiKey> context) {
    ApiKeyState state = outcome.state();
    writeStatus(resource, outcome, context);
    if (state.acknowledgement() instanceof Acknowledgement.Done) {
      memory.settled(state.wish().uid());
      memory.confirmed(state.wish().uid());
    }
    if (outcome.lost()) {
      events.emit(
          resource,
          true,
          Reason.SecretLost,
          "the key in Secret "
              + state.wish().secretName()
              + " was lost: a new one is in use, and the lost one is revoked");
    }
    warn(resource, state);
  }

  /** Remembered to spare the API server; that it is said once is the Event's own doing. */
  private void warn(ApiKey resource, ApiKeyState state) {
    Retiring traffic = state.traffic();
    if (traffic == null) {
      return;
    }
    RotationReport.deadlineNear(state)
        .filter(_ -> memory.firstWarning(state.wish().uid(), traffic.oldKeyId()))
        .ifPresent(note -> events.emitOnce(resource, true, Reason.DeadlineNear, note));
  }

  private void writeStatus(ApiKey resource, Outcome outcome, Context<ApiKey> context) {
    ApiKeyState state = outcome.state();
    Instant now = clock.instant();
    Verdict unused = UnusedRule.verdict(state, outcome.counted(), now);
    Verdicts lasting = ApiKeyConditions.of(state, now);
    Verdicts all = lasting.with(ConditionType.Unused, unused);
    ApiKeyStatus previous = teller.previous(resource);
    boolean confirmed =
        observer.trusts(resource) || state.acknowledgement() instanceof Acknowledgement.Done;
    ApiKeyStatus told = confirmed ? previous : ApiKeyStatuses.withoutFinality(previous);
    ApiKeyStatus status = ApiKeyStatuses.build(state, told, all, outcome.requestedAt(), now);
    boolean permitted = grants.take(state.wish().uid());
    if (statuses.same(previous, status)) {
      return;
    }
    ApiKeyStatus quiet =
        ApiKeyStatuses.withUsageOf(
            previous, ApiKeyStatuses.build(state, previous, lasting, outcome.requestedAt(), now));
    if (!permitted && confirmed && previous.getUsage() != null && statuses.same(previous, quiet)) {
      grants.ask(state.wish().uid());
      return;
    }
    teller.tell(resource, status, all, context);
    RotationReport.deadlineReached(previous.getRotation(), status.getRotation())
        .ifPresent(note -> events.emitOnce(resource, true, Reason.DeadlineReached, note));
    if (unused.isTrue() && !saysUnused(previous)) {
      // Besides the one Event of what changed: it is no change of what the key does.
      events.emitOnce(resource, false, Reason.Unused, unused.message());
    }
  }

  private static boolean saysUnused(ApiKeyStatus status) {
    return Conditions.find(status.getConditions(), ConditionType.Unused)
        .filter(c -> Verdict.Status.True.name().equals(c.getStatus()))
        .isPresent();
  }
}
