package dev.keygate.gateway.decision;

/** Which organization a request says it is about, from all its selectors together. */
public sealed interface OrganizationClaim {

  /** No selector: the key's own organization is meant. */
  OrganizationClaim OWN = new Own();

  record Own() implements OrganizationClaim {}

  /** Every selector present names this one, exactly once each. */
  record Named(String id) implements OrganizationClaim {}

  /**
   * Selectors disagree, repeat or cannot be read in only one way.
   *
   * @param problem one sentence for the client
   */
  record Ambiguous(String problem) implements OrganizationClaim {}

  /** Whether it is {@code [A-Za-z0-9_-]{1,64}}; ids are compared byte by byte. */
  static boolean isId(String text) {
    int length = text.length();
    if (length == 0 || length > 64) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      boolean allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '_'
              || c == '-';
      if (!allowed) {
        return false;
      }
    }
    return true;
  }
}
