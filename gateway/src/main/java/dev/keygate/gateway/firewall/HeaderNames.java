package dev.keygate.gateway.firewall;

/**
 * The headers that mean something to Keygate, and which client-sent ones never reach an upstream.
 * Names are compared as careless servers do: in lower case, with {@code _}, {@code .} and space as
 * {@code -}.
 */
public final class HeaderNames {

  public static final String API_KEY = "X-API-Key";
  public static final String ORGANIZATION = "X-Organization-Id";
  public static final String CORRELATION_ID = "X-Correlation-Id";

  public static final String IDENTITY_KEY_ID = "X-Keygate-Key-Id";
  public static final String IDENTITY_ORGANIZATION = "X-Keygate-Organization";
  public static final String IDENTITY_KEY_ORGANIZATION = "X-Keygate-Key-Organization";
  public static final String IDENTITY_PERMISSIONS = "X-Keygate-Permissions";
  public static final String IDENTITY_ENVIRONMENT = "X-Keygate-Environment";

  private static final String[] STRIPPED = {
    "x-api-key",
    "x-correlation-id",
    "x-real-ip",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "forwarded"
  };
  private static final String[] STRIPPED_PREFIXES = {
    "x-keygate-", "x-forwarded-", "x-original-", "x-rewrite-"
  };

  private HeaderNames() {}

  /** Whether the gateway alone may send it to an upstream, so that a client's is dropped. */
  public static boolean isStripped(CharSequence name) {
    char first = name.isEmpty() ? '-' : fold(name.charAt(0));
    if (first != 'x' && first != 'f') {
      return false;
    }
    for (String prefix : STRIPPED_PREFIXES) {
      if (name.length() >= prefix.length() && matches(name, prefix)) {
        return true;
      }
    }
    for (String stripped : STRIPPED) {
      if (isAlias(name, stripped)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether careless servers take {@code name} for {@code canonical}.
   *
   * @param canonical in lower case, with dashes
   */
  static boolean isAlias(CharSequence name, String canonical) {
    return name.length() == canonical.length() && matches(name, canonical);
  }

  private static boolean matches(CharSequence name, String canonical) {
    for (int i = 0; i < canonical.length(); i++) {
      if (fold(name.charAt(i)) != canonical.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static char fold(char c) {
    if (c >= 'A' && c <= 'Z') {
      return (char) (c + ('a' - 'A'));
    }
    return c == '_' || c == '.' || c == ' ' ? '-' : c;
  }
}
