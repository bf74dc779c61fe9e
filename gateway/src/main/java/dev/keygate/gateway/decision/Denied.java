package dev.keygate.gateway.decision;

import java.time.Duration;

/** Why a request does not reach the upstream. */
public sealed interface Denied {

  /** 401. The reason goes to the metric, never to the client. */
  record Unauthenticated(Unauthenticated.Reason reason) implements Denied {
    public enum Reason {
      MISSING_KEY,
      MALFORMED_KEY,
      OTHER_ENVIRONMENT,
      /** Never existed, or was revoked: the view holds usable versions only. */
      UNKNOWN_KEY,
      EXPIRED,
      /** Its organization or one above it is suspended or not known. */
      ORGANIZATION_INACTIVE
    }
  }

  /** 403. */
  record Forbidden(Forbidden.Reason reason) implements Denied {
    public enum Reason {
      /** Not the key's own or a descendant, whether it exists or not. */
      ORGANIZATION,
      PERMISSION
    }
  }

  /**
   * 400.
   *
   * @param problem one sentence for the client
   */
  record Invalid(String problem) implements Denied {}

  /** 503: the view may be out of date, so nobody knows whether the key is still good. */
  record Unavailable(Duration retryAfter) implements Denied {}
}
