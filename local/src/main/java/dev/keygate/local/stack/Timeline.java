package dev.keygate.local.stack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * When each step of a start began and ended, for the person who waited. Safe for several threads.
 */
final class Timeline {

  private record Step(String name, Duration begin, Duration end) {}

  private final long zero;
  private final List<Step> steps = new ArrayList<>();

  /** Counts from {@code ago} before now, so that a caller's own preparations are in it. */
  Timeline(Duration ago) {
    zero = System.nanoTime() - ago.toNanos();
    if (ago.isPositive()) {
      steps.add(new Step("build and start of the launcher", Duration.ZERO, ago));
    }
  }

  /** A step that began at {@code begin} and ends now. */
  void add(String name, Duration begin) {
    Step done = new Step(name, begin, elapsed());
    synchronized (steps) {
      steps.add(done);
    }
  }

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - zero);
  }

  /** One line for each step: begin, end, what it was. */
  String print() {
    synchronized (steps) {
      StringBuilder text = new StringBuilder("  from    to  (seconds)\n");
      for (Step step : steps) {
        text.append(
            String.format(
                Locale.ROOT,
                "%6.1f%6.1f  %s%n",
                seconds(step.begin()),
                seconds(step.end()),
                step.name()));
      }
      return text.toString();
    }
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
