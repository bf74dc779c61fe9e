package dev.keygate.local.process;

import java.time.Duration;

/** Half a second, doubled at each early end up to ten seconds; a long run starts it over. */
final class RestartDelay {

  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final Duration LONG_RUN = Duration.ofSeconds(30);

  private Duration delay = FIRST;

  /** How long to wait after a run that took {@code ran}. */
  Duration next(Duration ran) {
    if (ran.compareTo(LONG_RUN) > 0) {
      delay = FIRST;
    }
    Duration answer = delay;
    Duration doubled = delay.multipliedBy(2);
    delay = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
    return answer;
  }
}
