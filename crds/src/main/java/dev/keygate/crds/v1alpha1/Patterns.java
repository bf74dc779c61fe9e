package dev.keygate.crds.v1alpha1;

/** Formats that several fields share. RE2 syntax, which Java reads alike. */
final class Patterns {
  static final String ORGANIZATION_ID = "^[A-Za-z0-9_-]+$";

  /** DNS-1123 subdomain: what the API server accepts as a name. */
  static final String RESOURCE_NAME =
      "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

  static final String ENVIRONMENT = "^[a-z0-9-]+$";

  /** {@code *}, {@code resource:*} or {@code resource:action}. */
  static final String PERMISSION = "^(\\*|[A-Za-z0-9_.-]+:(\\*|[A-Za-z0-9_.-]+))$";

  /**
   * Hours, minutes and seconds, with fractions: what Go, CEL and the operator read alike. The API
   * server's {@code format: duration} alone also accepts days and weeks. Five digits, and 32
   * characters, keep every sum within the 292 years that Go can count.
   */
  static final String DURATION = "^([0-9]{1,5}(\\.[0-9]{1,3})?(h|m|s|ms))+$";

  /**
   * RFC 3339 in the years 2000 to 8999: the API server's {@code format: date-time}, which checks
   * the date itself, alone also accepts offsets of 99 hours and any mark before the fraction.
   */
  static final String TIME =
      "^[2-8][0-9]{3}-[0-9]{2}-[0-9]{2}[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
          + "(\\.[0-9]{1,9})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$";

  /** No control characters: PostgreSQL takes no U+0000, and a terminal obeys some of the others. */
  static final String DISPLAY_NAME = "^[^\\x00-\\x1f\\x7f]*$";

  private Patterns() {}
}
