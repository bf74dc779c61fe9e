package dev.keygate.operator.organization;

import dev.keygate.crds.v1alpha1.Organization;
import dev.keygate.crds.v1alpha1.OrganizationStatus;
import dev.keygate.operator.cluster.Backoff;
import dev.keygate.operator.cluster.Caches;
import dev.keygate.operator.cluster.FirstSight;
import dev.keygate.operator.cluster.Refusals;
import dev.keygate.operator.cluster.TermParts;
import dev.keygate.operator.cluster.Turns;
import dev.keygate.operator.cluster.Turns.Turn;
import dev.keygate.operator.condition.ConditionType;
import dev.keygate.operator.condition.Conditions;
import dev.keygate.operator.condition.Transition;
import dev.keygate.operator.condition.Verdict;
import dev.keygate.operator.condition.Verdicts;
import dev.keygate.operator.effect.Effects;
import dev.keygate.operator.event.EventWriter;
import dev.keygate.operator.finality.Acknowledgement;
import dev.keygate.operator.status.StatusWriter;
import dev.keygate.operator.storage.StoreGate;
import dev.keygate.store.connection.StoreUnavailableException;
import dev.keygate.store.write.Command.OrganizationResult;
import dev.keygate.store.write.CommandRejectedException;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.rate.RateLimited;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reconciles one Organization, in the same way as the reconciler of ApiKeys. */
@ControllerConfiguration(
    name = "organization",
    finalizerName = OrganizationReconciler.FINALIZER,
    fieldManager = StatusWriter.FIELD_MANAGER)
@GradualRetry(maxAttempts = -1, initialInterval = 500, intervalMultiplier = 2, maxInterval = 10_000)
@RateLimited(maxReconciliations = 20, within = 1)
public final class OrganizationReconciler
    implements Reconciler<Organization>, Cleaner<Organization> {

  static final String FINALIZER = "keygate.dev/organization";

  private static final Logger LOGGER = LoggerFactory.getLogger(OrganizationReconciler.class);

  private static final int MAX_STEPS = 10;
  private static final Duration RECHECK = Duration.ofSeconds(15);
  private static final Duration LONGEST_DELAY = Duration.ofDays(1);

  /** How often a status is written for its counts alone: a burst of keys changes them all along. */
  private static final Duration COUNTS_INTERVAL = Duration.ofSeconds(5);

  private final OrganizationSteps steps;
  private final Caches caches;
  private final Turns turns;
  private final StatusWriter statuses;
  private final EventWriter events;
  private final Effects effects;
  private final StoreGate store;
  private final Clock clock;
  private final Backoff backoff = new Backoff();
  private final FirstSight firstSight = new FirstSight();
  private final Map<String, Long> seenGenerations = new ConcurrentHashMap<>();
  private final Map<String, Instant> writtenAt = new ConcurrentHashMap<>();

  /** For one term. */
  public OrganizationReconciler(TermParts parts) {
    this.steps = new OrganizationSteps(parts);
    this.caches = parts.caches();
    this.turns = parts.turns();
    this.statuses = parts.statuses();
    this.events = parts.events();
    this.effects = parts.effects();
    this.store = parts.store();
    this.clock = parts.clock();
  }

  @Override
  public List<EventSource<?, Organization>> prepareEventSources(
      EventSourceContext<Organization> context) {
    return List.of(caches.organizations(context.getPrimaryCache()));
  }

  @Override
  public UpdateControl<Organization> reconcile(Organization resource, Context<Organization> context)
      throws InterruptedException {
    String uid = resource.getMetadata().getUid();
    if (resource.getStatus() == null) {
      effects.after(Effects.FINALIZER_ADD, Effects.nameOf(resource));
    }
    try (Turn turn = turns.take(Boolean.TRUE.equals(resource.getSpec().getSuspended()))) {
      Duration delay = reconcile(resource, context, turn);
      backoff.reset(uid);
      return UpdateControl.<Organization>noUpdate().rescheduleAfter(delay);
    } catch (StoreUnavailableException e) {
      store.onceBack(uid, () -> caches.wakeOrganization(resource.getMetadata().getName()));
      sayStoreUnavailable(resource, context);
      return UpdateControl.<Organization>noUpdate().rescheduleAfter(backoff.next(uid));
    } catch (CommandRejectedException e) {
      say(rejected(resource, e), resource, context);
      return UpdateControl.<Organization>noUpdate().rescheduleAfter(RECHECK);
    } catch (KubernetesClientException e) {
      return UpdateControl.<Organization>noUpdate()
          .rescheduleAfter(Refusals.delayAfter(e, resource, backoff));
    }
  }

  @Override
  public DeleteControl cleanup(Organization resource, Context<Organization> context)
      throws InterruptedException {
    String uid = resource.getMetadata().getUid();
    try (Turn turn = turns.take(true)) {
      if (steps.remove(OrganizationWish.of(resource)) instanceof OrganizationResult.Written) {
        seenGenerations.remove(uid);
        writtenAt.remove(uid);
        backoff.reset(uid);
        effects.before(Effects.FINALIZER_REMOVE, Effects.nameOf(resource));
        return DeleteControl.defaultDelete();
      }
      // It is in force until then, and so is every change to it: a suspension above all.
      OrganizationState state = bringToForce(resource, turn);
      settle(resource, state, OrganizationConditions.blocked(state), context);
      if (state.acknowledgement() instanceof Acknowledgement.Waiting) {
        wakeWhenFinal(state.wish());
      }
      return DeleteControl.noFinalizerRemoval().rescheduleAfter(RECHECK.toMillis());
    } catch (StoreUnavailableException e) {
      store.onceBack(uid, () -> caches.wakeOrganization(resource.getMetadata().getName()));
      return DeleteControl.noFinalizerRemoval().rescheduleAfter(backoff.next(uid).toMillis());
    } catch (CommandRejectedException e) {
      say(rejected(resource, e), resource, context);
      return DeleteControl.noFinalizerRemoval().rescheduleAfter(RECHECK.toMillis());
    } catch (KubernetesClientException e) {
      return DeleteControl.noFinalizerRemoval()
          .rescheduleAfter(Refusals.delayAfter(e, resource, backoff).toMillis());
    }
  }

  private static Verdicts rejected(Organization resource, CommandRejectedException e) {
    return OrganizationConditions.rejected(
        resource.getMetadata().getName(), String.valueOf(e.getMessage()));
  }

  private Duration reconcile(Organization resource, Context<Organization> context, Turn turn)
      throws InterruptedException {
    OrganizationState state = bringToForce(resource, turn);
    boolean waitsForParent =
        state.parent() instanceof Parent.Missing || state.parent() instanceof Parent.NotInForce;
    if (waitsForParent && firstSight.isRecent(state.wish().uid(), clock.instant())) {
      return FirstSight.RETRY;
    }
    firstSight.forget(state.wish().uid());
    Duration delay = settle(resource, state, OrganizationConditions.of(state), context);
    if (state.acknowledgement() instanceof Acknowledgement.Waiting) {
      wakeWhenFinal(state.wish());
      return RECHECK;
    }
    return waitsForParent || state.isRefused() ? RECHECK : delay;
  }

  private OrganizationState bringToForce(Organization resource, Turn turn)
      throws InterruptedException {
    OrganizationState state = steps.observe(resource);
    wakeSubtreeOnce(resource, state.wish());
    for (int step = 0; step < MAX_STEPS; step++) {
      OrganizationPlan plan = OrganizationPolicy.next(state);
      if (plan instanceof OrganizationPlan.Settle) {
        break;
      }
      state = steps.carryOut(plan, state, turn);
    }
    return state;
  }

  /**
   * For each generation, before any step can fail: grants are read from the resource, so a change
   * of them shows nowhere else.
   */
  private void wakeSubtreeOnce(Organization resource, OrganizationWish wish) {
    Long told = resource.getStatus() == null ? null : resource.getStatus().getObservedGeneration();
    Long seen = seenGenerations.getOrDefault(wish.uid(), told);
    if (seen != null && seen != wish.generation()) {
      steps.wakeSubtree(wish);
    }
    seenGenerations.put(wish.uid(), wish.generation());
  }

  private void wakeWhenFinal(OrganizationWish wish) {
    steps
        .awaited(wish.uid())
        .ifPresent(awaited -> awaited.onFinal(() -> caches.wakeOrganization(wish.name())));
  }

  /** Writes the status if it differs, and the Event of the change; when to look again. */
  private Duration settle(
      Organization resource,
      OrganizationState state,
      Verdicts verdicts,
      Context<Organization> context) {
    Instant now = clock.instant();
    OrganizationStatus previous =
        Objects.requireNonNullElseGet(resource.getStatus(), OrganizationStatus::new);
    Instant requestedAt = steps.requestedAt(state.wish().uid());
    long children = steps.children(state);
    Long keys = caches.isComplete() ? caches.countKeysOf(state.wish().name()) : null;
    OrganizationStatus status =
        OrganizationStatuses.build(state, children, keys, previous, verdicts, requestedAt, now);
    if (state.acknowledgement() instanceof Acknowledgement.Done) {
      steps.settled(state.wish().uid());
    }
    if (statuses.same(previous, status)) {
      return LONGEST_DELAY;
    }
    OrganizationStatus calm =
        OrganizationStatuses.build(state, children, keys, previous, verdicts, requestedAt, now);
    OrganizationStatuses.copyCounts(previous, calm);
    Instant mayWriteAt =
        writtenAt.getOrDefault(state.wish().uid(), Instant.EPOCH).plus(COUNTS_INTERVAL);
    if (statuses.same(previous, calm) && now.isBefore(mayWriteAt)) {
      return Duration.between(now, mayWriteAt).plusMillis(1);
    }
    writtenAt.put(state.wish().uid(), now);
    statuses.write(resource, new Organization(), status, context);
    announce(resource, Transition.between(previous.getConditions(), verdicts));
    return LONGEST_DELAY;
  }

  private void announce(Organization resource, Optional<Transition> transition) {
    transition.ifPresent(
        t -> {
          Verdict verdict = t.verdict();
          events.emit(resource, t.isWarning(), verdict.reason(), verdict.message());
          LOGGER
              .atInfo()
              .addKeyValue("name", resource.getMetadata().getName())
              .addKeyValue("generation", resource.getMetadata().getGeneration())
              .addKeyValue("condition", t.type())
              .addKeyValue("reason", verdict.reason())
              .log("organization changed");
        });
  }

  /** Only for a generation that was not carried out yet: the others stay as they are. */
  private void sayStoreUnavailable(Organization resource, Context<Organization> context) {
    OrganizationStatus previous =
        Objects.requireNonNullElseGet(resource.getStatus(), OrganizationStatus::new);
    long generation = resource.getMetadata().getGeneration();
    boolean said =
        Conditions.find(previous.getConditions(), ConditionType.Programmed)
            .filter(c -> Long.valueOf(generation).equals(c.getObservedGeneration()))
            .isPresent();
    if (!said) {
      say(OrganizationConditions.storeUnavailable(), resource, context);
    }
  }

  /** As the status is, with these conditions. */
  private void say(Verdicts verdicts, Organization resource, Context<Organization> context) {
    OrganizationStatus previous =
        Objects.requireNonNullElseGet(resource.getStatus(), OrganizationStatus::new);
    OrganizationStatus status =
        OrganizationStatuses.withConditions(
            previous, verdicts, resource.getMetadata().getGeneration(), clock.instant());
    if (statuses.same(previous, status)) {
      return;
    }
    try {
      statuses.write(resource, new Organization(), status, context);
      announce(resource, Transition.between(previous.getConditions(), verdicts));
    } catch (KubernetesClientException e) {
      LOGGER.atDebug().addKeyValue("error", e.getMessage()).log("status not written");
    }
  }
}
