package dev.keygate.operator.usage;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How request counts come into the status of ApiKeys.
 *
 * @param statusWritesPerSecond status writes for counts alone, for the whole operator; the counts
 *     of keys beyond it are shown later. At least 1
 * @param statusInterval how often the counts of one key are written at most; at least 1s
 */
@ConfigurationProperties("keygate.usage")
public record UsageProperties(
    @DefaultValue("20") int statusWritesPerSecond, @DefaultValue("1m") Duration statusInterval) {

  public UsageProperties {
    if (statusWritesPerSecond < 1) {
      throw new IllegalArgumentException(
          "keygate.usage.status-writes-per-second ("
              + statusWritesPerSecond
              + ") must be at least 1");
    }
    if (statusInterval.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException(
          "keygate.usage.status-interval (" + statusInterval + ") must be at least 1s");
    }
  }
}
