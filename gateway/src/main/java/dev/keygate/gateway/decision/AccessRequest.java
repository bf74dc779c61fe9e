package dev.keygate.gateway.decision;

/**
 * Everything about a request that the decision rests on. It stays the same while the request is
 * under way, so that it can be decided again on a newer snapshot.
 */
public record AccessRequest(
    Credential credential, RouteAccess route, String method, OrganizationClaim organization) {}
