package dev.keygate.gateway.decision;

import dev.keygate.gateway.decision.Denied.Forbidden;
import dev.keygate.gateway.decision.Denied.Invalid;
import dev.keygate.gateway.decision.Denied.Unauthenticated;
import dev.keygate.gateway.decision.Denied.Unauthenticated.Reason;
import dev.keygate.gateway.decision.Denied.Unavailable;
import dev.keygate.gateway.view.KeyEntry;
import dev.keygate.gateway.view.KeySnapshot;
import dev.keygate.gateway.view.OrganizationNode;
import dev.keygate.gateway.view.Permission;
import dev.keygate.gateway.view.PermissionSet;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The checks in their order: key, organization, permission. Pure functions; any thread. */
public final class AccessPolicy {

  private static final Decision ANONYMOUS = new Decision.Anonymous();
  private static final Decision OTHER_ORGANIZATION =
      new Decision.Refused(new Forbidden(Forbidden.Reason.ORGANIZATION));
  private static final Decision LACKS_PERMISSION =
      new Decision.Refused(new Forbidden(Forbidden.Reason.PERMISSION));
  private static final Authentication STALE =
      new Authentication.Failed(new Unavailable(Duration.ofSeconds(5)));
  private static final Authentication UNKNOWN = failed(Reason.UNKNOWN_KEY);
  private static final Authentication EXPIRED = failed(Reason.EXPIRED);
  private static final Authentication INACTIVE = failed(Reason.ORGANIZATION_INACTIVE);

  private AccessPolicy() {}

  /**
   * What becomes of the request.
   *
   * @param fresh whether the lease vouches for the snapshot at this moment
   * @param nowMillis milliseconds since 1970, against which keys expire
   */
  public static Decision decide(
      AccessRequest request, KeySnapshot snapshot, boolean fresh, long nowMillis) {
    return switch (request.route()) {
      case RouteAccess.Public() -> ANONYMOUS;
      case RouteAccess.Keyed keyed ->
          decide(request, authenticate(request.credential(), snapshot, fresh, nowMillis), snapshot);
    };
  }

  /**
   * The same, for a request whose key was looked up before.
   *
   * @param authentication of the request's credential, by this very snapshot
   */
  public static Decision decide(
      AccessRequest request, Authentication authentication, KeySnapshot snapshot) {
    return switch (request.route()) {
      case RouteAccess.Public() -> ANONYMOUS;
      case RouteAccess.Keyed(var permissions) ->
          switch (authentication) {
            case Authentication.Failed(var denied) -> new Decision.Refused(denied);
            case Authentication.Valid valid -> authorize(request, permissions, valid, snapshot);
          };
    };
  }

  /** The first check alone, for a request that no route matches. */
  public static Authentication authenticate(
      Credential credential, KeySnapshot snapshot, boolean fresh, long nowMillis) {
    return switch (credential) {
      case Credential.Unusable(var reason) -> failed(reason);
      case Credential.Presented(var hash, var environment) -> {
        if (!fresh) {
          yield STALE;
        }
        KeyEntry key = snapshot.find(hash).orElse(null);
        if (key == null) {
          yield UNKNOWN;
        }
        if (key.expired(nowMillis)) {
          yield EXPIRED;
        }
        OrganizationNode organization = snapshot.organizationOf(key).orElse(null);
        yield organization == null || !organization.active()
            ? INACTIVE
            : new Authentication.Valid(key, environment, organization);
      }
    };
  }

  private static Decision authorize(
      AccessRequest request,
      RequiredPermissions required,
      Authentication.Valid valid,
      KeySnapshot snapshot) {
    OrganizationNode own = valid.organization();
    return switch (request.organization()) {
      case OrganizationClaim.Ambiguous(var problem) -> new Decision.Refused(new Invalid(problem));
      case OrganizationClaim.Own() -> permit(request, required, valid, own);
      case OrganizationClaim.Named(var id) -> {
        OrganizationNode named = snapshot.organizations().find(id).orElse(null);
        yield named == null || !own.contains(named)
            ? OTHER_ORGANIZATION
            : permit(request, required, valid, named);
      }
    };
  }

  private static Decision permit(
      AccessRequest request,
      RequiredPermissions required,
      Authentication.Valid valid,
      OrganizationNode organization) {
    OrganizationNode own = valid.organization();
    PermissionSet effective = valid.key().permissions().within(own.ceiling());
    boolean granted =
        switch (required) {
          case RequiredPermissions.None() -> true;
          case RequiredPermissions.Always(var permission) -> effective.grants(permission);
          case RequiredPermissions.ByMethod(var byMethod) ->
              grants(effective, byMethod, request.method());
        };
    return granted
        ? new Decision.Allowed(
            new Principal(valid.key().keyId(), valid.environment(), own, organization, effective))
        : LACKS_PERMISSION;
  }

  private static boolean grants(
      PermissionSet effective, Map<String, Permission> byMethod, String method) {
    @Nullable Permission permission = byMethod.get(method);
    return permission != null && effective.grants(permission);
  }

  private static Authentication failed(Reason reason) {
    return new Authentication.Failed(new Unauthenticated(reason));
  }
}
