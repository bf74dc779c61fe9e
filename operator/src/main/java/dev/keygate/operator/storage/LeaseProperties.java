package dev.keygate.operator.storage;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long a gateway may serve without word from the store.
 *
 * @param duration a gateway that could not renew for this long answers 503; a revocation that not
 *     every replica acknowledged is final after it. At least 1s
 */
@ConfigurationProperties("keygate.lease")
public record LeaseProperties(@DefaultValue("2m") Duration duration) {

  public LeaseProperties {
    if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException(
          "keygate.lease.duration (" + duration + ") must be at least 1s");
    }
  }
}
