package dev.keygate.operator.apikey;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.crds.v1alpha1.ApiKeyStatus;
import dev.keygate.operator.cluster.Attempts;
import dev.keygate.operator.cluster.Caches;
import dev.keygate.operator.cluster.FirstSight;
import dev.keygate.operator.cluster.TermParts;
import dev.keygate.operator.cluster.Turns.Turn;
import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.effect.Effects;
import dev.keygate.operator.finality.Acknowledgement;
import dev.keygate.operator.status.StatusWriter;
import dev.keygate.operator.status.Teller;
import dev.keygate.operator.tree.Tenancy;
import dev.keygate.operator.usage.Coverage;
import dev.keygate.operator.usage.CoverageReader;
import dev.keygate.operator.usage.UsageGrants;
import dev.keygate.store.key.KeyFormat;
import dev.keygate.store.read.KeyRecord.State;
import dev.keygate.store.usage.RotationEvidence;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.rate.RateLimited;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reconciles one ApiKey: observes, asks {@link ApiKeyPolicy} for the next step, carries it out, and
 * so on until there is nothing more to do now; then writes the status, once, and one Event. What
 * goes wrong on the way is {@link Attempts}' to answer.
 */
@ControllerConfiguration(
    name = "apikey",
    finalizerName = ApiKeyReconciler.FINALIZER,
    fieldManager = StatusWriter.FIELD_MANAGER)
@GradualRetry(maxAttempts = -1, initialInterval = 500, intervalMultiplier = 2, maxInterval = 10_000)
@RateLimited(maxReconciliations = 20, within = 1)
public final class ApiKeyReconciler implements Reconciler<ApiKey>, Cleaner<ApiKey> {

  static final String FINALIZER = "keygate.dev/api-key";

  /** The longest plan has eight steps; conflicts may send it back a few times. */
  private static final int MAX_STEPS = 30;

  private static final Duration SOON = Duration.ofMillis(200);
  private static final Duration LONGEST_DELAY = Duration.ofDays(1);

  private final KeyObserver observer;
  private final ApiKeySteps steps;
  private final KeyMemory memory;
  private final KeyReporter reporter;
  private final Attempts<ApiKey> attempts;
  private final CoverageReader coverage;
  private final Caches caches;
  private final Effects effects;
  private final Clock clock;
  private final FirstSight firstSight = new FirstSight();

  private ApiKeyReconciler(
      TermParts parts,
      KeyObserver observer,
      ApiKeySteps steps,
      KeyMemory memory,
      UsageGrants usageGrants,
      CoverageReader coverage) {
    Teller<ApiKey, ApiKeyStatus> teller =
        new Teller<>(new ApiKeyWords(), parts.statuses(), parts.events(), parts.clock());
    this.observer = observer;
    this.steps = steps;
    this.memory = memory;
    this.reporter = new KeyReporter(parts, observer, memory, teller, usageGrants);
    this.attempts = new Attempts<>(parts, teller, this::wake);
    this.coverage = coverage;
    this.caches = parts.caches();
    this.effects = parts.effects();
    this.clock = parts.clock();
  }

  /** For one term. */
  public static ApiKeyReconciler create(
      TermParts parts,
      RotationEvidence rotations,
      KeysProperties keys,
      BindingProperties properties,
      UsageGrants usageGrants,
      CoverageReader coverage,
      MeterRegistry metrics) {
    KeyMemory memory = new KeyMemory();
    LiveSecrets secrets = new LiveSecrets(parts.client(), parts.effects());
    BindingSecret binding = new BindingSecret(properties.uri());
    KeyObserver observer =
        new KeyObserver(parts, rotations, secrets, binding, memory, keys.revokeUngrantedAfter());
    ApiKeySteps steps =
        new ApiKeySteps(
            parts,
            observer,
            new SecretSteps(secrets, binding, memory),
            new KeyFormat(keys.prefix()),
            memory,
            metrics);
    return new ApiKeyReconciler(parts, observer, steps, memory, usageGrants, coverage);
  }

  @Override
  public List<EventSource<?, ApiKey>> prepareEventSources(EventSourceContext<ApiKey> context) {
    return ApiKeyEventSources.of(context, caches);
  }

  @Override
  public UpdateControl<ApiKey> reconcile(ApiKey resource, Context<ApiKey> context)
      throws InterruptedException {
    if (resource.getStatus() == null || resource.getStatus().getConditions() == null) {
      effects.after(Effects.FINALIZER_ADD, Effects.nameOf(resource));
      caches.wakeOrganizationOf(resource);
    }
    boolean urgent = Boolean.TRUE.equals(resource.getSpec().getRevoked());
    Optional<Duration> again =
        attempts.run(resource, context, urgent, turn -> carryOut(resource, context, turn));
    return UpdateControl.<ApiKey>noUpdate().rescheduleAfter(again.orElse(LONGEST_DELAY));
  }

  @Override
  public DeleteControl cleanup(ApiKey resource, Context<ApiKey> context)
      throws InterruptedException {
    Optional<Duration> again =
        attempts.run(resource, context, true, turn -> remove(resource, context, turn));
    return again
        .map(delay -> DeleteControl.noFinalizerRemoval().rescheduleAfter(delay.toMillis()))
        .orElseGet(DeleteControl::defaultDelete);
  }

  private Optional<Duration> carryOut(ApiKey resource, Context<ApiKey> context, Turn turn)
      throws InterruptedException {
    Instant begin = clock.instant();
    Instant requestedAt = null;
    boolean lost = false;
    Coverage counted = coverage.read();
    ApiKeyState state = observer.observe(resource);
    for (int step = 0; step < MAX_STEPS; step++) {
      ApiKeyPlan plan = ApiKeyPolicy.next(state, clock.instant());
      if (plan instanceof ApiKeyPlan.Settle) {
        break;
      }
      lost |= RotationPolicy.endsLostKey(plan, state);
      state = steps.carryOut(plan, state, turn);
      if (plan instanceof ApiKeyPlan.Revoke && state.usable().isEmpty()) {
        requestedAt = begin;
      }
    }
    if (state.tenancy() instanceof Tenancy.Undecided
        && firstSight.isRecent(state.wish().uid(), clock.instant())) {
      return Optional.of(FirstSight.RETRY);
    }
    firstSight.forget(state.wish().uid());
    reporter.report(resource, new KeyReporter.Outcome(state, counted, requestedAt, lost), context);
    Duration unused = until(UnusedRule.nextAt(state, counted).orElse(null), clock.instant());
    return Optional.of(min(after(resource, state), unused));
  }

  private Optional<Duration> remove(ApiKey resource, Context<ApiKey> context, Turn turn)
      throws InterruptedException {
    Instant begin = clock.instant();
    ApiKeyState state = observer.observe(resource);
    Instant requestedAt = state.usable().isEmpty() ? null : begin;
    if (state.stored() != null) {
      state = steps.remove(state);
    }
    for (int step = 0; step < MAX_STEPS; step++) {
      ApiKeyPlan plan = ApiKeyPolicy.withdraw(state, Reason.Deleted);
      if (plan instanceof ApiKeyPlan.Settle) {
        break;
      }
      state = steps.carryOut(plan, state, turn);
    }
    if (state.acknowledgement() instanceof Acknowledgement.Waiting) {
      reporter.report(
          resource, new KeyReporter.Outcome(state, coverage.read(), requestedAt, false), context);
      wakeWhenFinal(resource);
      return Optional.of(Attempts.RECHECK);
    }
    if (isUnconfirmed(state)) {
      // Nobody can say yet for whom the end waits: look again rather than forget it.
      wakeWhenFinal(resource);
      return Optional.of(Attempts.RECHECK);
    }
    if (state.secret() instanceof SecretView.Ours) {
      return Optional.of(SOON);
    }
    memory.forget(resource.getMetadata().getUid());
    caches.wakeOrganizationOf(resource);
    effects.before(Effects.FINALIZER_REMOVE, Effects.nameOf(resource));
    return Optional.empty();
  }

  /** When to look again, but for what time alone makes of its use. */
  private Duration after(ApiKey resource, ApiKeyState state) {
    if (state.acknowledgement() instanceof Acknowledgement.Waiting) {
      wakeWhenFinal(resource);
      return Attempts.RECHECK;
    }
    if (isUnconfirmed(state) && state.wish().problems().isEmpty()) {
      wakeWhenFinal(resource);
      return Attempts.RECHECK;
    }
    if (state.tenancy() instanceof Tenancy.Undecided
        || state.secret() instanceof SecretView.Foreign) {
      return Attempts.RECHECK;
    }
    Instant now = clock.instant();
    if (state.endsLater(now)) {
      return until(state.endsAt(), now);
    }
    if (!state.ids(State.RETIRING).isEmpty()) {
      return Attempts.RECHECK;
    }
    Instant nextAt = RotationPolicy.nextAt(state).orElse(null);
    return nextAt != null && now.isBefore(nextAt)
        ? until(nextAt, now)
        : until(state.wish().expiresAt(), now);
  }

  private static boolean isUnconfirmed(ApiKeyState state) {
    return state.acknowledgement() instanceof Acknowledgement.Unknown && state.everIssued();
  }

  private void wakeWhenFinal(ApiKey resource) {
    memory
        .awaited(resource.getMetadata().getUid())
        .ifPresent(awaited -> awaited.onFinal(() -> wake(resource)));
  }

  private void wake(ApiKey resource) {
    caches.wakeKey(ResourceID.fromResource(resource));
  }

  /** A little later than that, so that it is past by then; long, when it is past already. */
  private static Duration until(@Nullable Instant time, Instant now) {
    return time != null && now.isBefore(time)
        ? min(Duration.between(now, time).plusMillis(50), LONGEST_DELAY)
        : LONGEST_DELAY;
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
