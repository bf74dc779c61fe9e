package dev.keygate.gateway.decision;

import dev.keygate.gateway.view.OrganizationNode;
import dev.keygate.gateway.view.PermissionSet;

/**
 * Who a request comes from and what it is about.
 *
 * @param keyOrganization the key's own organization
 * @param organization the one the request is about: the key's own or one below it
 * @param permissions the key's, within every ceiling above its organization
 */
public record Principal(
    String keyId,
    String environment,
    OrganizationNode keyOrganization,
    OrganizationNode organization,
    PermissionSet permissions) {}
