package dev.keygate.operator.apikey;

import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.condition.Verdict;
import dev.keygate.operator.usage.Coverage;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether nobody needs a key any more. One use is proof that it is used; that there was none is
 * known only when counting has gone on for long enough and no gateway holds counts back.
 */
final class UnusedRule {

  /** What is known of a key's use. */
  enum Use {
    USED,
    TRACKING_TOO_SHORT,
    USAGE_INCOMPLETE,
    UNUSED
  }

  private UnusedRule() {}

  /**
   * @param lastUsedAt the last use that is stored; null: none
   * @param trackingSince when uses of the key began to be counted
   */
  static Use decide(
      @Nullable Instant lastUsedAt, Instant trackingSince, Coverage coverage, Instant now) {
    Duration unusedAfter = coverage.unusedAfter();
    if (lastUsedAt != null && now.isBefore(lastUsedAt.plus(unusedAfter))) {
      return Use.USED;
    }
    if (now.isBefore(trackingSince.plus(unusedAfter))) {
      return Use.TRACKING_TOO_SHORT;
    }
    return coverage.complete() ? Use.UNUSED : Use.USAGE_INCOMPLETE;
  }

  /** The message changes only when what it tells does: it is no clock. */
  static Verdict verdict(ApiKeyState state, Coverage coverage, Instant now) {
    String name = "ApiKey " + state.wish().name();
    Instant since = countedSince(state).orElse(null);
    if (since == null) {
      return Verdict.unknown(name + " has no key in use");
    }
    String time = text(coverage.unusedAfter());
    return switch (decide(state.lastUsedAt(), since, coverage, now)) {
      case USED ->
          Verdict.no(Reason.Used, "a request presented " + name + " within the last " + time);
      case TRACKING_TOO_SHORT ->
          Verdict.unknown(
              Reason.TrackingTooShort,
              "requests with "
                  + name
                  + " are counted since "
                  + ApiKeyStatuses.seconds(since)
                  + ": it is called unused after "
                  + time
                  + " without one");
      case USAGE_INCOMPLETE ->
          Verdict.unknown(
              Reason.UsageIncomplete,
              "no request with "
                  + name
                  + " is known for "
                  + time
                  + ", but some gateway has not stored its counts lately");
      case UNUSED ->
          Verdict.yes(
              Reason.Unused,
              "no request presented "
                  + name
                  + " for "
                  + time
                  + ": set spec.revoked to true, or delete it, if nobody needs it");
    };
  }

  /** When the key becomes unused, or became so, unless somebody uses it; empty: there is none. */
  static Optional<Instant> nextAt(ApiKeyState state, Coverage coverage) {
    return countedSince(state)
        .map(
            since -> {
              Instant used = state.lastUsedAt();
              return (used != null && used.isAfter(since) ? used : since)
                  .plus(coverage.unusedAfter());
            });
  }

  /** Of a key that was revoked and issued again, since it was issued again; empty: of no key. */
  private static Optional<Instant> countedSince(ApiKeyState state) {
    return state.usable().isEmpty() ? Optional.empty() : Optional.ofNullable(state.issuedSince());
  }

  private static String text(Duration time) {
    return time.toSeconds() % Duration.ofDays(1).toSeconds() == 0
        ? time.toDays() + (time.toDays() == 1 ? " day" : " days")
        : time.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
  }
}
