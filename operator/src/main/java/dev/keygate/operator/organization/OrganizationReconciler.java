package dev.keygate.operator.organization;

import dev.keygate.crds.v1alpha1.Organization;
import dev.keygate.crds.v1alpha1.OrganizationStatus;
import dev.keygate.operator.cluster.Attempts;
import dev.keygate.operator.cluster.Caches;
import dev.keygate.operator.cluster.FirstSight;
import dev.keygate.operator.cluster.TermParts;
import dev.keygate.operator.cluster.Turns.Turn;
import dev.keygate.operator.condition.Verdicts;
import dev.keygate.operator.effect.Effects;
import dev.keygate.operator.finality.Acknowledgement;
import dev.keygate.operator.status.StatusWriter;
import dev.keygate.operator.status.Teller;
import dev.keygate.store.write.Command.OrganizationResult;
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
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

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

  private static final int MAX_STEPS = 10;
  private static final Duration LONGEST_DELAY = Duration.ofDays(1);

  /** How often a status is written for its counts alone: a burst of keys changes them all along. */
  private static final Duration COUNTS_INTERVAL = Duration.ofSeconds(5);

  private final OrganizationSteps steps;
  private final Caches caches;
  private final StatusWriter statuses;
  private final Teller<Organization, OrganizationStatus> teller;
  private final Attempts<Organization> attempts;
  private final Effects effects;
  private final Clock clock;
  private final FirstSight firstSight = new FirstSight();
  private final Map<String, Long> seenGenerations = new ConcurrentHashMap<>();
  private final Map<String, Instant> writtenAt = new ConcurrentHashMap<>();

  /** For one term. */
  public OrganizationReconciler(TermParts parts) {
    this.steps = new OrganizationSteps(parts);
    this.caches = parts.caches();
    this.statuses = parts.statuses();
    this.teller =
        new Teller<>(new OrganizationWords(), parts.statuses(), parts.events(), parts.clock());
    this.attempts =
        new Attempts<>(
            parts, teller, resource -> caches.wakeOrganization(resource.getMetadata().getName()));
    this.effects = parts.effects();
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
    if (resource.getStatus() == null) {
      effects.after(Effects.FINALIZER_ADD, Effects.nameOf(resource));
    }
    boolean urgent = Boolean.TRUE.equals(resource.getSpec().getSuspended());
    Optional<Duration> again =
        attempts.run(
            resource, context, urgent, turn -> Optional.of(reconcile(resource, context, turn)));
    return UpdateControl.<Organization>noUpdate().rescheduleAfter(again.orElse(LONGEST_DELAY));
  }

  @Override
  public DeleteControl cleanup(Organization resource, Context<Organization> context)
      throws InterruptedException {
    Optional<Duration> again =
        attempts.run(resource, context, true, turn -> remove(resource, context, turn));
    return again
        .map(delay -> DeleteControl.noFinalizerRemoval().rescheduleAfter(delay.toMillis()))
        .orElseGet(DeleteControl::defaultDelete);
  }

  private Optional<Duration> remove(Organization resource, Context<Organization> context, Turn turn)
      throws InterruptedException {
    String uid = resource.getMetadata().getUid();
    if (steps.remove(OrganizationWish.of(resource)) instanceof OrganizationResult.Written) {
      seenGenerations.remove(uid);
      writtenAt.remove(uid);
      effects.before(Effects.FINALIZER_REMOVE, Effects.nameOf(resource));
      return Optional.empty();
    }
    // It is in force until then, and so is every change to it: a suspension above all.
    OrganizationState state = bringToForce(resource, turn);
    settle(resource, state, OrganizationConditions.blocked(state), context);
    if (state.acknowledgement() instanceof Acknowledgement.Waiting) {
      wakeWhenFinal(state.wish());
    }
    return Optional.of(Attempts.RECHECK);
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
      return Attempts.RECHECK;
    }
    return waitsForParent || state.isRefused() ? Attempts.RECHECK : delay;
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
    boolean changed = seen == null ? steps.isMadeAgain(wish) : seen != wish.generation();
    if (changed) {
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
    OrganizationStatus previous = teller.previous(resource);
    String uid = state.wish().uid();
    Instant requestedAt = steps.requestedAt(uid);
    boolean finalStands = !steps.mustConfirm(uid);
    long children = steps.children(state);
    Long keys = caches.isComplete() ? caches.countKeysOf(state.wish().name()) : null;
    OrganizationStatus status =
        OrganizationStatuses.build(
            state, children, keys, previous, verdicts, finalStands, requestedAt, now);
    boolean done = state.acknowledgement() instanceof Acknowledgement.Done;
    if (done) {
      steps.settled(uid);
    }
    if (statuses.same(previous, status)) {
      if (done) {
        steps.confirmed(uid);
      }
      return LONGEST_DELAY;
    }
    OrganizationStatus calm = OrganizationStatuses.withCountsOf(previous, status);
    Instant mayWriteAt =
        writtenAt.getOrDefault(state.wish().uid(), Instant.EPOCH).plus(COUNTS_INTERVAL);
    if (statuses.same(previous, calm) && now.isBefore(mayWriteAt)) {
      return Duration.between(now, mayWriteAt).plusMillis(1);
    }
    writtenAt.put(state.wish().uid(), now);
    teller.tell(resource, status, verdicts, context);
    if (done) {
      steps.confirmed(uid);
    }
    return LONGEST_DELAY;
  }
}
