package dev.keygate.operator.usage;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How request counts come into the status of ApiKeys, and what is concluded from them.
 *
 * @param statusWritesPerSecond status writes for counts alone, for the whole operator; the counts
 *     of keys beyond it are shown later. At least 1
 * @param statusInterval how often the counts of one key are written at most; at least 1s
 * @param unusedAfter for how long no request must have presented a key for it to be called unused;
 *     at least 1s. The time since counting began has to be as long
 */
@ConfigurationProperties("keygate.usage")
public record UsageProperties(
    @DefaultValue("20") int statusWritesPerSecond,
    @DefaultValue("1m") Duration statusInterval,
    @DefaultValue("720h") Duration unusedAfter) {

  public UsageProperties {
    if (statusWritesPerSecond < 1) {
      throw new IllegalArgumentException(
          "keygate.usage.status-writes-per-second ("
              + statusWritesPerSecond
              + ") must be at least 1");
    }
    requireASecond("status-interval", statusInterval);
    requireASecond("unused-after", unusedAfter);
  }

  private static void requireASecond(String property, Duration value) {
    if (value.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException(
          "keygate.usage." + property + " (" + value + ") must be at least 1s");
    }
  }
}
