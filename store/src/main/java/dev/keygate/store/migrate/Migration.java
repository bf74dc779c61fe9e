package dev.keygate.store.migrate;

import dev.keygate.store.connection.StoreSettings;

/**
 * Brings the schema to this build's version, with Flyway over JDBC. Blocking; run once per release.
 */
public final class Migration {

  private Migration() {}

  /**
   * @param owner the migration's role, which owns the schema
   * @param operatorRole existing role that gets the operator's rights
   * @param gatewayRole existing role that gets the gateway's rights: reads keys, writes only usage
   *     and acknowledgements
   */
  public static void run(StoreSettings owner, String operatorRole, String gatewayRole) {
    throw new UnsupportedOperationException();
  }
}
