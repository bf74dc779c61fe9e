package dev.keygate.gateway.route;

import dev.keygate.gateway.decision.RequiredPermissions;
import dev.keygate.gateway.decision.RouteAccess;
import dev.keygate.gateway.settings.SettingException;
import dev.keygate.gateway.view.Permission;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code keygate} says in a route's metadata:
 *
 * <pre>{@code
 * spring.cloud.gateway.server.webflux.routes:
 *   - id: organizations
 *     uri: http://contacts.example
 *     predicates: [Path=/v1/organizations/{organizationId}/**]
 *     metadata:
 *       keygate:
 *         organization: {path: organizationId}
 *         permissions: {GET: contacts:read, POST: contacts:write, DELETE: contacts:delete}
 *   - id: reports
 *     uri: http://reports.example
 *     predicates: [Path=/v1/reports/**]
 *     metadata: {keygate: {permissions: reports:read}}
 *   - id: docs
 *     uri: http://docs.example
 *     predicates: [Path=/public/**]
 *     metadata: {keygate: {public: true}}
 * }</pre>
 *
 * <ul>
 *   <li>{@code permissions}: one {@code resource:action} for every method, or one for each method.
 *       HEAD is decided like GET unless it is listed. A method that is not listed gets 403 {@code
 *       PERMISSION_DENIED}. Absent: any valid key will do.
 *   <li>{@code organization.path}: the path variable that names the organization; it must be a
 *       whole segment of every path pattern of the route. Query {@code organization_id} or {@code
 *       organizationId} and header {@code X-Organization-Id} are looked at on every route that is
 *       not public, declared or not.
 *   <li>{@code public: true}: nobody is asked for a key.
 * </ul>
 *
 * A route without {@code keygate} needs a valid key. Anything else is a mistake, and the gateway
 * refuses to start.
 *
 * @param organizationVariable the path variable that names the organization; null: none
 */
record RouteMetadata(RouteAccess access, @Nullable String organizationVariable) {

  /** What a request's method can be; others are refused before a route is looked for. */
  static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private static final String KEYGATE = "keygate";

  /** Throws {@link SettingException}, which names the route and says what was expected. */
  static RouteMetadata read(String routeId, Map<String, Object> metadata) {
    Map<String, Object> keygate = new TreeMap<>();
    metadata.forEach(
        (key, value) -> {
          if (key.equals(KEYGATE)) {
            keygate.putAll(map(routeId, KEYGATE, value));
          } else if (key.startsWith(KEYGATE + ".")) {
            keygate.put(key.substring(KEYGATE.length() + 1), value);
          } else if (key.regionMatches(true, 0, KEYGATE, 0, KEYGATE.length())) {
            throw mistake(routeId, key, "is not known; write keygate: {...}");
          }
        });
    RequiredPermissions permissions = new RequiredPermissions.None();
    String variable = null;
    boolean open = false;
    for (Map.Entry<String, Object> entry : keygate.entrySet()) {
      switch (entry.getKey()) {
        case "public" -> open = flag(routeId, entry.getValue());
        case "permissions" -> permissions = permissions(routeId, entry.getValue());
        case "organization" -> variable = variable(routeId, entry.getValue());
        default ->
            throw mistake(
                routeId,
                KEYGATE + "." + entry.getKey(),
                "is not known; known are public, permissions and organization");
      }
    }
    if (open && keygate.size() > 1) {
      throw mistake(
          routeId, "keygate.public", "is true, so permissions and organization cannot be checked");
    }
    return open
        ? new RouteMetadata(new RouteAccess.Public(), null)
        : new RouteMetadata(new RouteAccess.Keyed(permissions), variable);
  }

  static SettingException mistake(String routeId, String key, String what) {
    return new SettingException("route \"" + routeId + "\": " + key + " " + what);
  }

  private static boolean flag(String routeId, @Nullable Object value) {
    return switch (String.valueOf(value)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw mistake(routeId, "keygate.public", "must be true or false, and is " + value);
    };
  }

  private static RequiredPermissions permissions(String routeId, @Nullable Object value) {
    if (value instanceof String text) {
      return new RequiredPermissions.Always(permission(routeId, "keygate.permissions", text));
    }
    Map<String, Permission> byMethod = new HashMap<>();
    map(routeId, "keygate.permissions", value)
        .forEach(
            (method, permission) -> {
              String key = "keygate.permissions." + method;
              if (!METHODS.contains(method)) {
                throw mistake(routeId, key, "is not a method; expected one of " + METHODS);
              }
              byMethod.put(method, permission(routeId, key, permission));
            });
    if (byMethod.isEmpty()) {
      throw mistake(routeId, "keygate.permissions", "is empty, which would deny every request");
    }
    Permission get = byMethod.get("GET");
    if (get != null) {
      byMethod.putIfAbsent("HEAD", get);
    }
    return new RequiredPermissions.ByMethod(byMethod);
  }

  private static Permission permission(String routeId, String key, @Nullable Object value) {
    return Permission.parse(String.valueOf(value))
        .orElseThrow(
            () ->
                mistake(
                    routeId,
                    key,
                    "must be one resource:action, without a wildcard, and is " + value));
  }

  private static String variable(String routeId, @Nullable Object value) {
    Map<String, Object> selectors = map(routeId, "keygate.organization", value);
    for (String name : selectors.keySet()) {
      if (!name.equals("path")) {
        throw mistake(
            routeId,
            "keygate.organization." + name,
            "is not known; known is path (query and header are always looked at)");
      }
    }
    if (!(selectors.get("path") instanceof String variable) || variable.isBlank()) {
      throw mistake(routeId, "keygate.organization.path", "must be the name of a path variable");
    }
    return variable;
  }

  private static Map<String, Object> map(String routeId, String key, @Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw mistake(routeId, key, "must be a map, and is " + value);
    }
    Map<String, Object> copy = new TreeMap<>();
    map.forEach((name, each) -> copy.put(String.valueOf(name), each == null ? "" : each));
    return copy;
  }
}
