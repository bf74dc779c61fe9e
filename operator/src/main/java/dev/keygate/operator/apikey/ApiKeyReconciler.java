package dev.keygate.operator.apikey;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.crds.v1alpha1.ApiKeyStatus;
import dev.keygate.operator.cluster.Backoff;
import dev.keygate.operator.cluster.Caches;
import dev.keygate.operator.cluster.FirstSight;
import dev.keygate.operator.cluster.Refusals;
import dev.keygate.operator.cluster.TermParts;
import dev.keygate.operator.cluster.Turns;
import dev.keygate.operator.cluster.Turns.Turn;
import dev.keygate.operator.condition.ConditionType;
import dev.keygate.operator.condition.Conditions;
import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.condition.Transition;
import dev.keygate.operator.condition.Verdict;
import dev.keygate.operator.condition.Verdicts;
import dev.keygate.operator.effect.Effects;
import dev.keygate.operator.event.EventWriter;
import dev.keygate.operator.finality.Acknowledgement;
import dev.keygate.operator.status.StatusWriter;
import dev.keygate.operator.storage.StoreGate;
import dev.keygate.operator.tree.Tenancy;
import dev.keygate.operator.usage.Coverage;
import dev.keygate.operator.usage.CoverageReader;
import dev.keygate.operator.usage.UsageGrants;
import dev.keygate.store.connection.StoreUnavailableException;
import dev.keygate.store.key.KeyFormat;
import dev.keygate.store.read.KeyRecord.State;
import dev.keygate.store.usage.RotationEvidence;
import dev.keygate.store.usage.RotationEvidence.Retiring;
import dev.keygate.store.write.CommandRejectedException;
import io.fabric8.kubernetes.client.KubernetesClientException;
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
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reconciles one ApiKey: observes, asks {@link ApiKeyPolicy} for the next step, carries it out, and
 * so on until there is nothing more to do now; then writes the status, once, and one Event.
 *
 * <p>It throws nothing for a store or an API server that is down: that is one state of the process,
 * logged where it is kept, and the resource comes again after a growing, capped delay.
 */
@ControllerConfiguration(
    name = "apikey",
    finalizerName = ApiKeyReconciler.FINALIZER,
    fieldManager = StatusWriter.FIELD_MANAGER)
@GradualRetry(maxAttempts = -1, initialInterval = 500, intervalMultiplier = 2, maxInterval = 10_000)
@RateLimited(maxReconciliations = 20, within = 1)
public final class ApiKeyReconciler implements Reconciler<ApiKey>, Cleaner<ApiKey> {

  static final String FINALIZER = "keygate.dev/api-key";

  private static final Logger LOGGER = LoggerFactory.getLogger(ApiKeyReconciler.class);

  /** The longest plan has eight steps; conflicts may send it back a few times. */
  private static final int MAX_STEPS = 30;

  private static final Duration SOON = Duration.ofMillis(200);
  private static final Duration RECHECK = Duration.ofSeconds(15);
  private static final Duration LONGEST_DELAY = Duration.ofDays(1);

  private final KeyObserver observer;
  private final ApiKeySteps steps;
  private final KeyMemory memory;
  private final Caches caches;
  private final Turns turns;
  private final StatusWriter statuses;
  private final EventWriter events;
  private final UsageGrants usageGrants;
  private final CoverageReader coverage;
  private final Effects effects;
  private final StoreGate store;
  private final Clock clock;
  private final Backoff backoff = new Backoff();
  private final FirstSight firstSight = new FirstSight();

  private ApiKeyReconciler(
      TermParts parts,
      KeyObserver observer,
      ApiKeySteps steps,
      KeyMemory memory,
      UsageGrants usageGrants,
      CoverageReader coverage) {
    this.observer = observer;
    this.steps = steps;
    this.memory = memory;
    this.caches = parts.caches();
    this.turns = parts.turns();
    this.statuses = parts.statuses();
    this.events = parts.events();
    this.usageGrants = usageGrants;
    this.coverage = coverage;
    this.effects = parts.effects();
    this.store = parts.store();
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
    String uid = resource.getMetadata().getUid();
    boolean first = resource.getStatus() == null || resource.getStatus().getConditions() == null;
    if (first) {
      effects.after(Effects.FINALIZER_ADD, Effects.nameOf(resource));
      caches.wakeOrganizationOf(resource);
    }
    try (Turn turn = turns.take(Boolean.TRUE.equals(resource.getSpec().getRevoked()))) {
      Duration delay = reconcile(resource, context, turn);
      backoff.reset(uid);
      return UpdateControl.<ApiKey>noUpdate().rescheduleAfter(delay);
    } catch (StoreUnavailableException e) {
      store.onceBack(uid, () -> caches.wakeKey(ResourceID.fromResource(resource)));
      sayStoreUnavailable(resource, context);
      return UpdateControl.<ApiKey>noUpdate().rescheduleAfter(backoff.next(uid));
    } catch (CommandRejectedException e) {
      say(rejected(resource, e), resource, context);
      return UpdateControl.<ApiKey>noUpdate().rescheduleAfter(RECHECK);
    } catch (SecretRefusedException e) {
      say(ApiKeyConditions.secretRefused(e), resource, context);
      return UpdateControl.<ApiKey>noUpdate().rescheduleAfter(RECHECK);
    } catch (StaleStateException e) {
      return UpdateControl.<ApiKey>noUpdate().rescheduleAfter(backoff.next(uid));
    } catch (KubernetesClientException e) {
      return UpdateControl.<ApiKey>noUpdate()
          .rescheduleAfter(Refusals.delayAfter(e, resource, backoff));
    }
  }

  @Override
  public DeleteControl cleanup(ApiKey resource, Context<ApiKey> context)
      throws InterruptedException {
    String uid = resource.getMetadata().getUid();
    try (Turn turn = turns.take(true)) {
      ApiKeyState state = observer.observe(resource);
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
        settle(resource, state, coverage.read(), null, context);
        wakeWhenFinal(resource);
        return DeleteControl.noFinalizerRemoval().rescheduleAfter(RECHECK.toMillis());
      }
      if (state.secret() instanceof SecretView.Ours) {
        return DeleteControl.noFinalizerRemoval().rescheduleAfter(SOON.toMillis());
      }
      memory.forget(uid);
      backoff.reset(uid);
      caches.wakeOrganizationOf(resource);
      effects.before(Effects.FINALIZER_REMOVE, Effects.nameOf(resource));
      return DeleteControl.defaultDelete();
    } catch (StoreUnavailableException e) {
      store.onceBack(uid, () -> caches.wakeKey(ResourceID.fromResource(resource)));
      return DeleteControl.noFinalizerRemoval().rescheduleAfter(backoff.next(uid).toMillis());
    } catch (CommandRejectedException e) {
      say(rejected(resource, e), resource, context);
      return DeleteControl.noFinalizerRemoval().rescheduleAfter(RECHECK.toMillis());
    } catch (SecretRefusedException e) {
      say(ApiKeyConditions.secretRefused(e), resource, context);
      return DeleteControl.noFinalizerRemoval().rescheduleAfter(RECHECK.toMillis());
    } catch (StaleStateException e) {
      return DeleteControl.noFinalizerRemoval().rescheduleAfter(backoff.next(uid).toMillis());
    } catch (KubernetesClientException e) {
      return DeleteControl.noFinalizerRemoval()
          .rescheduleAfter(Refusals.delayAfter(e, resource, backoff).toMillis());
    }
  }

  private static Verdicts rejected(ApiKey resource, CommandRejectedException e) {
    return ApiKeyConditions.rejected(
        resource.getMetadata().getName(), String.valueOf(e.getMessage()));
  }

  /** When to look again. */
  private Duration reconcile(ApiKey resource, Context<ApiKey> context, Turn turn)
      throws InterruptedException {
    Instant begin = clock.instant();
    Instant requestedAt = null;
    Reason minted = null;
    Coverage counted = coverage.read();
    ApiKeyState state = observer.observe(resource);
    for (int step = 0; step < MAX_STEPS; step++) {
      ApiKeyPlan plan = ApiKeyPolicy.next(state, clock.instant());
      if (plan instanceof ApiKeyPlan.Settle) {
        break;
      }
      state = steps.carryOut(plan, state, turn);
      if (plan instanceof ApiKeyPlan.Revoke && state.usable().isEmpty()) {
        requestedAt = begin;
      } else if (plan instanceof ApiKeyPlan.Mint(_, var reason)) {
        minted = reason;
      }
    }
    if (state.tenancy() instanceof Tenancy.Undecided
        && firstSight.isRecent(state.wish().uid(), clock.instant())) {
      return FirstSight.RETRY;
    }
    firstSight.forget(state.wish().uid());
    settle(resource, state, counted, requestedAt, context);
    if (minted == Reason.SecretLost && state.current().isPresent()) {
      events.emit(
          resource,
          true,
          Reason.SecretLost,
          "the key in Secret " + state.wish().secretName() + " was lost; a new one was issued");
    }
    warn(resource, state);
    Instant now = clock.instant();
    Duration unused =
        UnusedRule.nextAt(state, counted, now)
            .map(at -> Duration.between(now, at).plusMillis(50))
            .orElse(LONGEST_DELAY);
    return min(after(resource, state), unused);
  }

  private void warn(ApiKey resource, ApiKeyState state) {
    Retiring traffic = state.traffic();
    if (traffic != null) {
      RotationReport.deadlineNear(state)
          .filter(_ -> memory.firstWarning(state.wish().uid(), traffic.oldKeyId()))
          .ifPresent(note -> events.emit(resource, true, Reason.DeadlineNear, note));
    }
  }

  /** Writes the status if it differs, and the Event of the change. */
  private void settle(
      ApiKey resource,
      ApiKeyState state,
      Coverage counted,
      @Nullable Instant requestedAt,
      Context<ApiKey> context) {
    Instant now = clock.instant();
    Verdicts apart = ApiKeyConditions.of(state, now);
    Verdict unused = UnusedRule.verdict(state, counted, now);
    Verdicts verdicts = apart.with(ConditionType.Unused, unused);
    ApiKeyStatus previous = Objects.requireNonNullElseGet(resource.getStatus(), ApiKeyStatus::new);
    boolean confirmed =
        observer.trusts(resource) || state.acknowledgement() instanceof Acknowledgement.Done;
    ApiKeyStatus told = confirmed ? previous : ApiKeyStatuses.withoutFinality(previous);
    ApiKeyStatus status = ApiKeyStatuses.build(state, told, verdicts, requestedAt, now);
    boolean mayWriteUsage = usageGrants.take(state.wish().uid());
    if (!statuses.same(previous, status)) {
      if (mayWriteUsage
          || !confirmed
          || differsBesidesUsage(previous, state, apart, requestedAt, now)) {
        statuses.write(resource, new ApiKey(), status, context);
        announce(resource, Transition.between(previous.getConditions(), verdicts));
        announceUnused(resource, previous, unused);
      } else {
        usageGrants.ask(state.wish().uid());
      }
    }
    if (state.acknowledgement() instanceof Acknowledgement.Done) {
      memory.settled(state.wish().uid());
      memory.confirmed(state.wish().uid());
    }
  }

  /** Besides the one Event of what changed: it is no change of what the key does. */
  private void announceUnused(ApiKey resource, ApiKeyStatus previous, Verdict unused) {
    boolean before =
        Conditions.find(previous.getConditions(), ConditionType.Unused)
            .filter(c -> Verdict.Status.True.name().equals(c.getStatus()))
            .isPresent();
    if (unused.isTrue() && !before) {
      events.emitOnce(resource, false, Reason.Unused, unused.message());
    }
  }

  private boolean differsBesidesUsage(
      ApiKeyStatus previous,
      ApiKeyState state,
      Verdicts verdicts,
      @Nullable Instant requestedAt,
      Instant now) {
    if (previous.getUsage() == null) {
      return true;
    }
    ApiKeyStatus quiet = ApiKeyStatuses.build(state, previous, verdicts, requestedAt, now);
    ApiKeyStatuses.copyUsage(previous, quiet);
    return !statuses.same(previous, quiet);
  }

  private void announce(ApiKey resource, Optional<Transition> transition) {
    transition.ifPresent(
        t -> {
          Verdict verdict = t.verdict();
          events.emit(resource, t.isWarning(), verdict.reason(), verdict.message());
          LOGGER
              .atInfo()
              .addKeyValue("namespace", resource.getMetadata().getNamespace())
              .addKeyValue("name", resource.getMetadata().getName())
              .addKeyValue("generation", resource.getMetadata().getGeneration())
              .addKeyValue("condition", t.type())
              .addKeyValue("reason", verdict.reason())
              .log("api key changed");
        });
  }

  private Duration after(ApiKey resource, ApiKeyState state) {
    if (state.acknowledgement() instanceof Acknowledgement.Waiting) {
      wakeWhenFinal(resource);
      return RECHECK;
    }
    if (state.tenancy() instanceof Tenancy.Undecided
        || state.secret() instanceof SecretView.Foreign) {
      return RECHECK;
    }
    Instant now = clock.instant();
    Instant endsAt = state.endsAt();
    if (endsAt != null && state.endsLater(now)) {
      return Duration.between(now, endsAt).plusMillis(50);
    }
    if (!state.ids(State.RETIRING).isEmpty()) {
      return RECHECK;
    }
    Instant nextAt = RotationPolicy.nextAt(state).orElse(null);
    if (nextAt != null && now.isBefore(nextAt)) {
      return min(Duration.between(now, nextAt).plusMillis(50), LONGEST_DELAY);
    }
    Instant expiresAt = state.wish().expiresAt();
    if (expiresAt != null && now.isBefore(expiresAt)) {
      // A little later, so that it has expired by then.
      return min(Duration.between(now, expiresAt).plusMillis(50), LONGEST_DELAY);
    }
    return LONGEST_DELAY;
  }

  private void wakeWhenFinal(ApiKey resource) {
    ResourceID id = ResourceID.fromResource(resource);
    memory
        .awaited(resource.getMetadata().getUid())
        .ifPresent(awaited -> awaited.onFinal(() -> caches.wakeKey(id)));
  }

  /** Only for a generation that was not carried out yet: the others stay as they are. */
  private void sayStoreUnavailable(ApiKey resource, Context<ApiKey> context) {
    ApiKeyStatus previous = Objects.requireNonNullElseGet(resource.getStatus(), ApiKeyStatus::new);
    long generation = resource.getMetadata().getGeneration();
    boolean said =
        Conditions.find(previous.getConditions(), ConditionType.Programmed)
            .filter(c -> Long.valueOf(generation).equals(c.getObservedGeneration()))
            .isPresent();
    if (!said) {
      say(ApiKeyConditions.storeUnavailable(), resource, context);
    }
  }

  /** As the status is, with these conditions. */
  private void say(Verdicts verdicts, ApiKey resource, Context<ApiKey> context) {
    ApiKeyStatus previous = Objects.requireNonNullElseGet(resource.getStatus(), ApiKeyStatus::new);
    ApiKeyStatus status =
        ApiKeyStatuses.withConditions(
            previous, verdicts, resource.getMetadata().getGeneration(), clock.instant());
    if (statuses.same(previous, status)) {
      return;
    }
    try {
      statuses.write(resource, new ApiKey(), status, context);
      announce(resource, Transition.between(previous.getConditions(), verdicts));
    } catch (KubernetesClientException e) {
      LOGGER.atDebug().addKeyValue("error", e.getMessage()).log("status not written");
    }
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
