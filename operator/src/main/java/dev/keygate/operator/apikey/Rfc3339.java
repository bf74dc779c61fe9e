package dev.keygate.operator.apikey;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads every time that the API server has ever let pass: java.time takes no offset beyond 18 hours
 * and no more than nine digits of a second. A time that isn't read would leave a key in force.
 */
public final class Rfc3339 {

  private static final Pattern TIME =
      Pattern.compile("(.{19})(?:\\.([0-9]+))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))");

  private Rfc3339() {}

  /**
   * To microseconds, which is what PostgreSQL keeps; what is finer is cut off.
   *
   * @throws DateTimeException when the text is no such time
   */
  public static Instant parse(String text) {
    Matcher time = TIME.matcher(text);
    if (!time.matches()) {
      throw new DateTimeException("not an RFC 3339 time: " + text);
    }
    return LocalDateTime.parse(time.group(1))
        .plusNanos(1_000 * micros(Objects.requireNonNullElse(time.group(2), "")))
        .toInstant(ZoneOffset.UTC)
        .minus(offset(time));
  }

  private static long micros(String digits) {
    return Long.parseLong((digits + "000000").substring(0, 6));
  }

  private static Duration offset(Matcher time) {
    if (time.group(3) == null) {
      return Duration.ZERO;
    }
    Duration offset =
        Duration.ofHours(Long.parseLong(time.group(4))).plusMinutes(Long.parseLong(time.group(5)));
    return time.group(3).equals("-") ? offset.negated() : offset;
  }
}
