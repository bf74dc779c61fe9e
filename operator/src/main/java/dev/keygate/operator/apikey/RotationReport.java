package dev.keygate.operator.apikey;

import dev.keygate.crds.v1alpha1.RotationPhase;
import dev.keygate.crds.v1alpha1.RotationStatus;
import dev.keygate.crds.v1alpha1.StragglerStatus;
import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.condition.Verdict;
import dev.keygate.operator.finality.Acknowledgement;
import dev.keygate.store.read.KeyRecord.State;
import dev.keygate.store.read.KeyRecord.Version;
import dev.keygate.store.usage.RotationEvidence.Retiring;
import dev.keygate.store.usage.Straggler;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is said of a key's rotation, all of it from the store's rows and the live Secret. */
final class RotationReport {

  private RotationReport() {}

  /**
   * The rotation under way, or the last one; null: there is nothing to say.
   *
   * @param told what was said before; null: nothing
   */
  static @Nullable RotationStatus status(
      ApiKeyState state, @Nullable RotationStatus told, Instant now) {
    RotationStatus status = new RotationStatus();
    target(state).ifPresent(version -> describe(status, state, version, now));
    if (told != null
        && isDeadlineReached(status)
        && Objects.equals(status.getToVersion(), told.getToVersion())) {
      status.setStragglers(told.getStragglers());
    }
    if (state.everIssued()
        && (state.handledRevision() > 0 || !state.wish().rotation().equals(RotationWish.NONE))) {
      status.setRevision(state.handledRevision());
    }
    RotationPolicy.nextAt(state).ifPresent(at -> status.setNextAt(ApiKeyStatuses.seconds(at)));
    return status.getReason() == null && status.getRevision() == null && status.getNextAt() == null
        ? null
        : status;
  }

  private static void describe(
      RotationStatus status, ApiKeyState state, Version target, Instant now) {
    status.setPhase(phase(state, target, now));
    status.setReason(target.issueReason());
    status.setToVersion(target.number());
    status.setStartedAt(ApiKeyStatuses.seconds(target.issuedAt()));
    from(state, target)
        .ifPresent(
            version -> {
              status.setFromVersion(version.number());
              status.setOutcome(version.reason());
              if (version.retireAt() != null) {
                status.setOverlapEndsAt(ApiKeyStatuses.seconds(version.retireAt()));
              }
            });
    if (!state.stragglers().isEmpty()) {
      status.setStragglers(state.stragglers().stream().map(RotationReport::straggler).toList());
    }
  }

  /** Whether the old key was revoked at the end of the overlap, used or not. */
  private static boolean isDeadlineReached(RotationStatus status) {
    return Reason.DeadlineReached.name().equals(status.getOutcome());
  }

  /** A warning for people when the old key has just been revoked so; empty: it was not. */
  static Optional<String> deadlineReached(
      @Nullable RotationStatus told, @Nullable RotationStatus rotation) {
    if (rotation == null || !isDeadlineReached(rotation) || isSaid(told, rotation)) {
      return Optional.empty();
    }
    return Optional.ofNullable(rotation.getFromVersion()).map(RotationReport::afterDeadline);
  }

  private static boolean isSaid(@Nullable RotationStatus told, RotationStatus rotation) {
    return told != null
        && isDeadlineReached(told)
        && Objects.equals(told.getToVersion(), rotation.getToVersion());
  }

  private static String afterDeadline(int version) {
    return "the overlap is over and version "
        + version
        + " is revoked: a client that still has it, such as one in status.rotation.stragglers, is"
        + " refused until it reads the Secret again; for the next rotation raise"
        + " spec.rotation.overlap, or set spec.rotation.onDeadline to Hold";
  }

  private static StragglerStatus straggler(Straggler seen) {
    StragglerStatus status = new StragglerStatus();
    status.setSourceAddress(seen.source());
    status.setUserAgent(seen.userAgent());
    status.setRouteId(seen.route());
    status.setLastSeenAt(ApiKeyStatuses.seconds(seen.lastSeen()));
    status.setRequests(seen.requests());
    return status;
  }

  /** The same clients with the counts of another status, so that the two differ in nothing else. */
  static void copyUsage(@Nullable RotationStatus from, @Nullable RotationStatus to) {
    if (from != null && to != null && clients(from).equals(clients(to))) {
      to.setStragglers(from.getStragglers());
    }
  }

  private static Set<List<@Nullable String>> clients(RotationStatus status) {
    return Objects.requireNonNullElse(status.getStragglers(), List.<StragglerStatus>of()).stream()
        .map(one -> Arrays.asList(one.getSourceAddress(), one.getUserAgent(), one.getRouteId()))
        .collect(Collectors.toSet());
  }

  /** A warning for people, while there is still time; empty: there is nothing to warn of. */
  static Optional<String> deadlineNear(ApiKeyState state) {
    Retiring traffic = state.traffic();
    if (traffic == null || !RotationPolicy.isDeadlineNear(traffic, state.wish().rotation())) {
      return Optional.empty();
    }
    return Optional.of(
        "the overlap ends at "
            + ApiKeyStatuses.seconds(traffic.retireAt())
            + " and the old key is still used: status.rotation.stragglers says by whom; it will "
            + (state.wish().rotation().hold()
                ? "stay (spec.rotation.onDeadline is Hold)"
                : "be revoked then, unless spec.rotation.onDeadline is Hold"));
  }

  /** False only of a generation of which no rotation is due or under way. */
  static Verdict rotating(ApiKeyState state, Instant now) {
    String name = "ApiKey " + state.wish().name();
    Optional<Version> target = target(state);
    RotationPhase phase = target.map(version -> phase(state, version, now)).orElse(null);
    if (phase != null && phase != RotationPhase.Complete) {
      Version version = target.orElseThrow();
      return Verdict.yes(reason(phase), underWay(name, state, version, phase));
    }
    if (state.current().isEmpty()) {
      return Verdict.unknown(name + " has no key in use");
    }
    Optional<Reason> due = RotationPolicy.due(state, now);
    if (due.isPresent()) {
      return Verdict.unknown(
          name
              + " is to be rotated ("
              + due.get()
              + "), which begins once gateways accept it and all have acknowledged it");
    }
    if (state.wish().expired(now)) {
      return Verdict.no(Reason.Complete, name + " has one key, which expired" + decrease(state));
    }
    return target
        .flatMap(version -> endedAtDeadline(state, version))
        .map(
            old ->
                Verdict.no(
                    Reason.DeadlineReached,
                    name + " has one key in use: " + afterDeadline(old.number()) + decrease(state)))
        .orElseGet(
            () -> Verdict.no(Reason.Complete, name + " has one key in use" + decrease(state)));
  }

  private static String underWay(
      String name, ApiKeyState state, Version target, RotationPhase phase) {
    String versions =
        from(state, target).map(old -> "version " + old.number() + " by ").orElse("its key by ")
            + "version "
            + target.number();
    String queued =
        state.wish().rotation().revision() > state.handledRevision()
            ? "; revision " + state.wish().rotation().revision() + " comes after it"
            : "";
    String what =
        switch (phase) {
          case Issued -> "the new key is not in the Secret yet";
          case Delivered -> "the new key is in Secret " + state.wish().secretName();
          case Adopted -> "the new key is used, and the old one may be";
          case Drained, DeadlineReached, Complete -> "the old key is revoked";
          case Held ->
              "the overlap is over and the old key is still used:"
                  + " see status.rotation.stragglers, or set spec.rotation.onDeadline to Revoke";
        };
    return name
        + " replaces "
        + versions
        + " ("
        + target.issueReason()
        + "): "
        + what
        + end(state, phase)
        + queued
        + decrease(state);
  }

  /** What the end of the old key waits for, and until when; empty: there is no waiting. */
  private static String end(ApiKeyState state, RotationPhase phase) {
    Retiring traffic = state.traffic();
    if (traffic == null || (phase != RotationPhase.Delivered && phase != RotationPhase.Adopted)) {
      return "";
    }
    String deadline = ApiKeyStatuses.seconds(traffic.retireAt());
    return "; the old one ends once the new one is used and the old one has not been for"
        + " spec.rotation.quietPeriod, "
        + (state.wish().rotation().hold()
            ? "also after " + deadline + " (onDeadline is Hold)"
            : "at the latest at " + deadline);
  }

  private static String decrease(ApiKeyState state) {
    long asked = state.wish().rotation().revision();
    return asked > 0 && asked < state.handledRevision()
        ? "; spec.rotation.revision "
            + asked
            + " is ignored, since "
            + state.handledRevision()
            + " was handled: raise it above that to rotate"
        : "";
  }

  /** The version that replaces, or last replaced, another. */
  private static Optional<Version> target(ApiKeyState state) {
    return RotationPolicy.begun(state)
        .or(() -> latest(state, v -> v.state() == State.ACTIVE))
        .filter(
            version ->
                RotationPolicy.isRotation(version.issueReason())
                    || version.issueReason().equals(Reason.SecretLost.name()));
  }

  private static Optional<Version> from(ApiKeyState state, Version target) {
    return latest(state, v -> v.number() < target.number() && v.activatedAt() != null);
  }

  private static Optional<Version> latest(ApiKeyState state, Predicate<Version> wanted) {
    return state.versions().stream().filter(wanted).max(Comparator.comparingInt(Version::number));
  }

  private static RotationPhase phase(ApiKeyState state, Version target, Instant now) {
    if (target.state() == State.PENDING) {
      return state.delivered().filter(target::equals).isPresent()
          ? RotationPhase.Delivered
          : RotationPhase.Issued;
    }
    Retiring traffic = state.traffic();
    if (!state.ids(State.RETIRING).isEmpty()) {
      return traffic == null
          ? RotationPhase.Delivered
          : switch (RotationPolicy.progress(
              traffic, state.wish().rotation(), RotationPolicy.acceptable(state, now))) {
            case DELIVERED -> RotationPhase.Delivered;
            case ADOPTED, OVERDUE -> RotationPhase.Adopted;
            case DRAINED -> RotationPhase.Drained;
            case HELD -> RotationPhase.Held;
          };
    }
    if (state.acknowledgement() instanceof Acknowledgement.Done) {
      return RotationPhase.Complete;
    }
    return endedAtDeadline(state, target).isPresent()
        ? RotationPhase.DeadlineReached
        : RotationPhase.Drained;
  }

  /** The version before, if it was revoked at the end of the overlap. */
  private static Optional<Version> endedAtDeadline(ApiKeyState state, Version target) {
    return from(state, target)
        .filter(version -> Reason.DeadlineReached.name().equals(version.reason()));
  }

  private static Reason reason(RotationPhase phase) {
    return switch (phase) {
      case Issued -> Reason.Issued;
      case Delivered -> Reason.Delivered;
      case Adopted -> Reason.Adopted;
      case Drained -> Reason.Drained;
      case DeadlineReached -> Reason.DeadlineReached;
      case Held -> Reason.Held;
      case Complete -> Reason.Complete;
    };
  }
}
