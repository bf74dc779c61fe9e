package dev.keygate.operator.storage;

import dev.keygate.store.lease.LeaseTerms;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long a gateway may serve without word from the store.
 *
 * @param duration a gateway that could not renew for this long answers 503, or goes on as {@code
 *     keygate.lease.on-stale} says; a revocation that not every replica acknowledged is final after
 *     the whole of it. From 1s to 24h
 * @param onStale {@code deny}: then it answers 503. {@code serve}: it goes on answering for {@code
 *     keygate.lease.serve-for}, and is not ready meanwhile; a revocation that it missed is final
 *     later by that time
 * @param serveFor with {@code serve}, for how much longer; together with the duration at most 24h
 */
@ConfigurationProperties("keygate.lease")
public record LeaseProperties(
    @DefaultValue("2m") Duration duration,
    @DefaultValue("deny") OnStale onStale,
    @Nullable Duration serveFor) {

  public LeaseProperties {
    if (duration.compareTo(LeaseTerms.SHORTEST) < 0 || duration.compareTo(LeaseTerms.LONGEST) > 0) {
      throw new IllegalArgumentException(
          "keygate.lease.duration (" + duration + ") must be from 1s to 24h");
    }
    switch (onStale) {
      case DENY -> {
        if (serveFor != null) {
          throw new IllegalArgumentException(
              "keygate.lease.serve-for ("
                  + serveFor
                  + ") is only for keygate.lease.on-stale=serve");
        }
      }
      case SERVE -> {
        if (serveFor == null || serveFor.toMillis() < 1) {
          throw new IllegalArgumentException(
              "keygate.lease.on-stale=serve needs keygate.lease.serve-for, a time above 0, but it is "
                  + serveFor);
        }
        if (duration.plus(serveFor).compareTo(LeaseTerms.LONGEST) > 0) {
          throw new IllegalArgumentException(
              "keygate.lease.duration ("
                  + duration
                  + ") and keygate.lease.serve-for ("
                  + serveFor
                  + ") must be at most 24h together");
        }
      }
    }
  }

  /** What a gateway does when it could not renew for the lease's duration. */
  public enum OnStale {
    DENY,
    SERVE
  }

  public LeaseTerms terms() {
    return new LeaseTerms(duration, serveFor == null ? Duration.ZERO : serveFor);
  }
}
