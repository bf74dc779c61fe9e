package dev.keygate.operator.apikey;

import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.tree.Tenancy;
import dev.keygate.store.read.KeyRecord.State;
import dev.keygate.store.read.KeyRecord.Version;
import dev.keygate.store.usage.RotationEvidence.Retiring;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * When a key is rotated, and when its old version ends.
 *
 * <p>Every decision rests on the store's rows, the live Secret and the spec, never on what a
 * process remembers: a restart, an upgrade or a re-list rotates nothing, and a rotation whose key
 * was lost with its process before it was delivered begins again with the same reason.
 */
final class RotationPolicy {

  /** How far the traffic of a key with a retiring version has moved. */
  enum Progress {
    /** The new key is in the Secret. */
    DELIVERED,
    /** The new key has traffic. */
    ADOPTED,
    /** The old key has had none for long enough, and the new one has some. */
    DRAINED,
    /** The overlap is over, and so is the old key. */
    OVERDUE,
    /** The overlap is over, and the old key stays while it has traffic. */
    HELD
  }

  private RotationPolicy() {}

  /**
   * The rule of the rotation's evidence, all on the database's clock. Held past its deadline is
   * only a key that somebody uses: one without any traffic since the rotation began, and quiet,
   * ends at the deadline.
   *
   * @param acceptable whether gateways accept the key at all now: quiet says nothing when not
   */
  static Progress progress(Retiring traffic, RotationWish wish, boolean acceptable) {
    boolean quiet = acceptable && isQuiet(traffic, wish.quietPeriod());
    if (quiet && newIsUsed(traffic, wish.quietPeriod())) {
      return Progress.DRAINED;
    }
    if (!traffic.now().isBefore(traffic.retireAt())) {
      boolean unused = quiet && !isOldUsed(traffic);
      return wish.hold() && !unused ? Progress.HELD : Progress.OVERDUE;
    }
    return traffic.newChangedAt() == null ? Progress.DELIVERED : Progress.ADOPTED;
  }

  /** Whether the old version had traffic after the new one came into use. */
  static boolean isOldUsed(Retiring traffic) {
    Instant activatedAt = traffic.activatedAt();
    Instant usedAt = traffic.oldChangedAt();
    return usedAt != null && (activatedAt == null || usedAt.isAfter(activatedAt));
  }

  /**
   * Whether the last tenth of the overlap has begun and the old version was used within the quiet
   * period, as far as anybody can know. Its length is that of the running overlap, which the spec
   * does not change any more.
   */
  static boolean isDeadlineNear(Retiring traffic, RotationWish wish) {
    Instant since = traffic.activatedAt();
    Duration overlap = since == null ? wish.overlap() : Duration.between(since, traffic.retireAt());
    return isOldUsed(traffic)
        && !isQuiet(traffic, wish.quietPeriod())
        && !traffic.now().isBefore(traffic.retireAt().minus(overlap.dividedBy(10)));
  }

  /** No traffic of the old version, nor anything that could have kept it away, for so long. */
  private static boolean isQuiet(Retiring traffic, Duration quietPeriod) {
    Instant complete = complete(traffic);
    Instant disturbed =
        Stream.of(
                traffic.activatedAt(),
                traffic.oldChangedAt(),
                traffic.keyUpdatedAt(),
                traffic.organizationsUpdatedAt(),
                traffic.lostAt())
            .filter(Objects::nonNull)
            .max(Comparator.naturalOrder())
            .orElse(traffic.now());
    return complete != null && !complete.isBefore(disturbed.plus(quietPeriod));
  }

  private static boolean newIsUsed(Retiring traffic, Duration quietPeriod) {
    Instant complete = complete(traffic);
    Instant usedAt = traffic.newChangedAt();
    return complete != null && usedAt != null && !usedAt.isBefore(complete.minus(quietPeriod));
  }

  /** Up to when all counts are known; null: one replica has not said so yet. */
  private static @Nullable Instant complete(Retiring traffic) {
    return traffic.replicas() == 0 ? traffic.now() : traffic.flushedAt();
  }

  /** Why the key in the Secret is to be replaced now; empty: it is not. */
  static Optional<Reason> due(ApiKeyState state, Instant now) {
    if (state.wish().rotation().revision() > state.handledRevision()) {
      return Optional.of(Reason.RevisionRaised);
    }
    return nextAt(state).filter(at -> !now.isBefore(at)).map(_ -> Reason.Scheduled);
  }

  /** When the key in the Secret reaches its age; empty: it has none. */
  static Optional<Instant> nextAt(ApiKeyState state) {
    Duration period = state.wish().rotation().period();
    return period == null
        ? Optional.empty()
        : state.current().map(version -> version.issuedAt().plus(period));
  }

  /** Whether gateways accept the key as far as its own spec and its organizations go. */
  static boolean acceptable(ApiKeyState state, Instant now) {
    return state.wish().problems().isEmpty()
        && !state.wish().expired(now)
        && state.tenancy() instanceof Tenancy.Granted(_, _, var suspendedBy)
        && suspendedBy == null;
  }

  /** The latest version that was minted to replace another and is not in use yet. */
  static Optional<Version> begun(ApiKeyState state) {
    return state.versions().stream()
        .filter(v -> v.state() == State.PENDING)
        .filter(v -> isRotation(v.issueReason()))
        .max(Comparator.comparingInt(Version::number));
  }

  /**
   * None unless applications can still read the key that is replaced: a Secret that was lost, in
   * the middle of a rotation too, leaves no overlap, as {@link ApiKeySteps} explains.
   */
  static Duration overlap(ApiKeyState state, Version activated) {
    return isRotation(activated.issueReason()) && previousIsReadable(state)
        ? state.wish().rotation().overlap()
        : Duration.ZERO;
  }

  private static boolean previousIsReadable(ApiKeyState state) {
    return state.secret() instanceof SecretView.Ours ours
        && state.versions().stream()
            .filter(v -> v.state() == State.ACTIVE)
            .anyMatch(v -> v.hash().equals(ours.previous()));
  }

  /** Whether a step replaces a key that was lost with its Secret. */
  static boolean endsLostKey(ApiKeyPlan plan, ApiKeyState before) {
    return plan instanceof ApiKeyPlan.Activate(_, var overlap)
        && overlap.isZero()
        && !before.ids(State.ACTIVE, State.RETIRING).isEmpty();
  }

  static boolean isRotation(String issueReason) {
    return issueReason.equals(Reason.Scheduled.name())
        || issueReason.equals(Reason.RevisionRaised.name());
  }
}
