package dev.keygate.operator;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whom the migration grants rights to; with the argument {@code migrate} only.
 *
 * @param operatorRole existing database role of the operator
 * @param gatewayRole existing database role of the gateways
 */
@ConfigurationProperties("keygate.migration")
record MigrationProperties(
    @DefaultValue("keygate_operator") String operatorRole,
    @DefaultValue("keygate_gateway") String gatewayRole) {}
