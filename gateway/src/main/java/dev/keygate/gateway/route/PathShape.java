package dev.keygate.gateway.route;

import org.jspecify.annotations.Nullable;

/**
 * Where a path pattern has its organization, by number of segment, the first being 0.
 *
 * @param organizationSegment -1: nowhere
 * @param plainSegments how many leading segments must be written without any {@code %}: up to and
 *     including the organization, or else the pattern's literal beginning
 */
record PathShape(int organizationSegment, int plainSegments) {

  /** A route without a path pattern, or one that asks for no organization in the path. */
  static final PathShape NONE = new PathShape(-1, 0);

  /**
   * @param variable null: none
   */
  static PathShape of(String routeId, String pattern, @Nullable String variable) {
    String[] segments = pattern.substring(pattern.startsWith("/") ? 1 : 0).split("/", -1);
    int literals = 0;
    while (literals < segments.length && isLiteral(segments[literals])) {
      literals++;
    }
    if (variable == null) {
      refuseUndeclared(routeId, pattern, segments);
      return new PathShape(-1, literals);
    }
    for (int i = 0; i < segments.length && !spansSegments(segments[i]); i++) {
      if (names(segments[i], variable)) {
        return new PathShape(i, i + 1);
      }
    }
    throw RouteMetadata.mistake(
        routeId,
        "keygate.organization.path",
        "is "
            + variable
            + ", so each path pattern needs {"
            + variable
            + "} as a whole segment, before any **; "
            + pattern
            + " has not");
  }

  private static void refuseUndeclared(String routeId, String pattern, String[] segments) {
    for (String segment : segments) {
      for (String name : new String[] {"organizationId", "organization_id"}) {
        if (segment.startsWith("{" + name + "}") || segment.startsWith("{" + name + ":")) {
          throw RouteMetadata.mistake(
              routeId,
              "keygate.organization",
              "is not set although " + pattern + " has {" + name + "}; add {path: " + name + "}");
        }
      }
    }
  }

  private static boolean names(String segment, String variable) {
    return segment.equals("{" + variable + "}")
        || (segment.startsWith("{" + variable + ":") && segment.endsWith("}"));
  }

  private static boolean isLiteral(String segment) {
    return !segment.isEmpty() && segment.chars().noneMatch(c -> c == '{' || c == '*' || c == '?');
  }

  private static boolean spansSegments(String segment) {
    return segment.contains("**") || segment.startsWith("{*");
  }
}
