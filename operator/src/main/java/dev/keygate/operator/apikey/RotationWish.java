package dev.keygate.operator.apikey;

import dev.keygate.crds.v1alpha1.DeadlineAction;
import dev.keygate.crds.v1alpha1.Rotation;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code spec.rotation} asks for, with every default in place.
 *
 * @param period age of a key at which the next one is issued: {@code every} less {@code
 *     renewBefore}, at least a minute; null: never by age
 * @param revision 0 when none is given
 * @param hold whether the old key outlives the overlap while it has traffic
 */
record RotationWish(
    @Nullable Duration period,
    long revision,
    Duration overlap,
    Duration quietPeriod,
    boolean hold) {

  private static final Pattern PART = Pattern.compile("([0-9]+)(?:\\.([0-9]{1,3}))?(h|ms|m|s)");

  /** The API server refuses a shorter one, but may have stored it before it did. */
  private static final Duration SHORTEST_PERIOD = Duration.ofMinutes(1);

  /** Without {@code spec.rotation}: what a rotation that is under way goes on with. */
  static final RotationWish NONE =
      new RotationWish(null, 0, Duration.ofHours(24), Duration.ofMinutes(5), false);

  static RotationWish of(@Nullable Rotation rotation, List<String> problems) {
    if (rotation == null) {
      return NONE;
    }
    Duration every = duration("every", rotation.getEvery(), problems);
    Duration before = duration("renewBefore", rotation.getRenewBefore(), problems);
    Duration overlap = duration("overlap", rotation.getOverlap(), problems);
    Duration quiet = duration("quietPeriod", rotation.getQuietPeriod(), problems);
    return new RotationWish(
        every == null ? null : period(every, Objects.requireNonNullElse(before, Duration.ZERO)),
        Math.max(0, Objects.requireNonNullElse(rotation.getRevision(), 0L)),
        Objects.requireNonNullElse(overlap, NONE.overlap()),
        Objects.requireNonNullElse(quiet, NONE.quietPeriod()),
        rotation.getOnDeadline() == DeadlineAction.Hold);
  }

  private static Duration period(Duration every, Duration before) {
    Duration period = every.minus(before);
    return period.compareTo(SHORTEST_PERIOD) < 0 ? SHORTEST_PERIOD : period;
  }

  private static @Nullable Duration duration(
      String field, @Nullable String text, List<String> problems) {
    if (text == null) {
      return null;
    }
    Duration sum = Duration.ZERO;
    Matcher part = PART.matcher(text);
    int end = 0;
    while (part.find() && part.start() == end) {
      sum = sum.plus(part(part.group(1), part.group(2), part.group(3)));
      end = part.end();
    }
    if (end != text.length() || text.isEmpty()) {
      problems.add("spec.rotation." + field + " (" + text + ") is not a duration such as 2160h");
      return null;
    }
    return sum;
  }

  private static Duration part(String whole, @Nullable String thousandths, String unit) {
    Duration one =
        switch (unit) {
          case "h" -> Duration.ofHours(1);
          case "m" -> Duration.ofMinutes(1);
          case "s" -> Duration.ofSeconds(1);
          default -> Duration.ofMillis(1);
        };
    Duration sum = one.multipliedBy(Long.parseLong(whole));
    return thousandths == null
        ? sum
        : sum.plus(
            one.multipliedBy(Long.parseLong((thousandths + "00").substring(0, 3)))
                .dividedBy(1_000));
  }
}
