package dev.keygate.gateway.view;

import java.util.Optional;

/**
 * What a route requires: one {@code resource:action}, no wildcard.
 *
 * @param value as written, {@code contacts:read}
 * @param wildcard what grants every action on the resource, {@code contacts:*}
 */
public record Permission(String value, String wildcard) {

  /**
   * Empty unless it is {@code resource:action}, both of {@code [A-Za-z0-9_.-]}, at most 127 in all.
   */
  public static Optional<Permission> parse(String text) {
    int colon = text.indexOf(':');
    if (text.length() > 127 || colon < 1 || colon == text.length() - 1) {
      return Optional.empty();
    }
    for (int i = 0; i < text.length(); i++) {
      if (i != colon && !isNameCharacter(text.charAt(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(new Permission(text, text.substring(0, colon + 1) + "*"));
  }

  private static boolean isNameCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-'
        || c == '.';
  }
}
