-- Runs again whenever it, or the name of a role, changes.
REVOKE ALL ON feed_head, change_log, organization, api_key, key_version, gateway_ack, gateway_lost,
  usage_hour, usage_total, usage_cursor, straggler, audit, flyway_schema_history
  FROM PUBLIC, ${operatorRole}, ${gatewayRole};
GRANT SELECT ON flyway_schema_history TO ${operatorRole}, ${gatewayRole};

-- The operator: the only writer of organizations and keys. It cannot delete a key or a version,
-- nor change a version's hash.
GRANT SELECT, UPDATE ON feed_head TO ${operatorRole};
GRANT SELECT, INSERT, DELETE ON change_log, audit TO ${operatorRole};
GRANT SELECT, INSERT, UPDATE, DELETE ON organization TO ${operatorRole};
GRANT SELECT, INSERT, UPDATE ON api_key TO ${operatorRole};
GRANT SELECT, INSERT, UPDATE (state, position, activated_at, retire_at, revoked_at, reason)
  ON key_version TO ${operatorRole};
GRANT SELECT, DELETE ON gateway_ack, usage_hour, usage_cursor, straggler TO ${operatorRole};
GRANT SELECT, INSERT, UPDATE, DELETE ON gateway_lost TO ${operatorRole};
GRANT SELECT ON usage_total TO ${operatorRole};

-- The gateway: reads what it decides on, writes only acknowledgements and usage.
GRANT SELECT ON feed_head, change_log, organization TO ${gatewayRole};
GRANT SELECT (uid, organization_id, environment, permissions, expires_at) ON api_key
  TO ${gatewayRole};
GRANT SELECT (key_id, api_key_uid, number, hash, state) ON key_version TO ${gatewayRole};
GRANT SELECT, INSERT, UPDATE, DELETE ON gateway_ack TO ${gatewayRole};
GRANT SELECT, INSERT, UPDATE ON usage_hour, usage_total, usage_cursor TO ${gatewayRole};
GRANT SELECT, INSERT, UPDATE, DELETE ON straggler TO ${gatewayRole};
