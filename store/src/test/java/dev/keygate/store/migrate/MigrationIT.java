package dev.keygate.store.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keygate.store.TestDatabase;
import dev.keygate.store.connection.StoreSettings;
import dev.keygate.store.connection.StoreUnavailableException;
import dev.keygate.store.connection.UnfitStoreException;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MigrationIT {

  private static final TestDatabase DATABASE = TestDatabase.migrated();

  @BeforeAll
  static void insertAKey() {
    DATABASE.execute(
        """
        INSERT INTO api_key (uid, namespace, name, organization_id, environment, permissions,
          created_at, updated_at)
        VALUES ('u', 'ns', 'n', 'acme', 'live', '{}', now(), now());
        INSERT INTO key_version (key_id, api_key_uid, number, hash, hint, state, position,
          issued_at)
        VALUES ('k', 'u', 1, sha256('x'), 'hint', 'active', 1, now())
        """);
  }

  @Test
  void gatewaysHoldShortLeasesWhenNoOperatorHasLedYet() {
    assertThat(DATABASE.number("SELECT lease_millis FROM feed_head")).isEqualTo(2_000);
  }

  @Test
  void runDoesNothingWhenRunAgain() {
    String before = history(DATABASE);

    Migration.run(DATABASE.as(TestDatabase.OWNER), TestDatabase.OPERATOR, TestDatabase.GATEWAY);

    assertThat(history(DATABASE)).isEqualTo(before);
  }

  @Test
  void runGrantsToTheNewRoleWhenItsNameChanges() {
    TestDatabase database = TestDatabase.migrated();
    String role = "odd \"name\"";
    database.execute("CREATE ROLE \"odd \"\"name\"\"\" LOGIN");

    Migration.run(database.as(TestDatabase.OWNER), TestDatabase.OPERATOR, role);

    assertThatCode(() -> executeAs(database, role, "SELECT count(*) FROM feed_head"))
        .doesNotThrowAnyException();
  }

  @Test
  void runRefusesWhenRoleIsMissing() {
    assertThatThrownBy(
            () ->
                Migration.run(
                    DATABASE.as(TestDatabase.OWNER), TestDatabase.OPERATOR, "nobody_here"))
        .isInstanceOf(UnfitStoreException.class)
        .hasMessageContaining("nobody_here");
  }

  @Test
  void runIsUnavailableWhenNobodyListens() {
    StoreSettings owner = DATABASE.as(TestDatabase.OWNER);
    StoreSettings nowhere =
        new StoreSettings(
            "r2dbc:postgresql://127.0.0.1:1/keygate", owner.username(), owner.passwordFile());

    assertThatThrownBy(() -> Migration.run(nowhere, TestDatabase.OPERATOR, TestDatabase.GATEWAY))
        .isInstanceOf(StoreUnavailableException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE feed_head SET seq = seq + 1",
        "INSERT INTO change_log (seq, ord, change_id, term, kind, payload)"
            + " VALUES (99, 0, gen_random_uuid(), 1, 'KeyRemoved', '{}')",
        "DELETE FROM change_log",
        "UPDATE organization SET suspended = false",
        "DELETE FROM organization",
        "UPDATE api_key SET deleted_at = NULL",
        "DELETE FROM api_key",
        "UPDATE key_version SET state = 'active'",
        "INSERT INTO key_version (key_id) VALUES ('x')",
        "DELETE FROM key_version",
        "SELECT hint FROM key_version",
        "SELECT name FROM api_key",
        "SELECT count(*) FROM audit",
        "INSERT INTO audit (seq, term, action, uid, name, organization_id)"
            + " VALUES (1, 1, 'x', 'x', 'x', 'x')",
        "DELETE FROM usage_total",
        "DELETE FROM usage_hour",
        "DELETE FROM flyway_schema_history",
        "CREATE TABLE mine (id int)",
      })
  void gatewayIsRefusedWhenItTouchesWhatIsNotItsOwn(String sql) {
    assertThatThrownBy(() -> executeAs(DATABASE, TestDatabase.GATEWAY, sql))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT epoch, seq, change_id, lease_millis FROM feed_head",
        "SELECT * FROM change_log",
        "SELECT * FROM organization",
        "SELECT uid, organization_id, environment, permissions, expires_at FROM api_key",
        "SELECT key_id, api_key_uid, number, hash, state FROM key_version",
        "INSERT INTO gateway_ack (replica, name) VALUES (gen_random_uuid(), 'gateway')",
        "UPDATE gateway_ack SET renewals = renewals + 1",
        "DELETE FROM gateway_ack",
        "INSERT INTO usage_cursor (replica, n) VALUES (gen_random_uuid(), 0)",
      })
  void gatewayIsAllowedWhatItNeeds(String sql) {
    assertThatCode(() -> executeAs(DATABASE, TestDatabase.GATEWAY, sql)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM api_key",
        "DELETE FROM key_version",
        "UPDATE key_version SET hash = sha256('y')",
        "UPDATE audit SET reason = 'x'",
        "UPDATE usage_total SET requests = 1",
        "INSERT INTO gateway_ack (replica, name) VALUES (gen_random_uuid(), 'x')",
        "CREATE TABLE mine (id int)",
      })
  void operatorIsRefusedWhenItTouchesWhatIsNotItsOwn(String sql) {
    assertThatThrownBy(() -> executeAs(DATABASE, TestDatabase.OPERATOR, sql))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
  }

  private static void executeAs(TestDatabase database, String role, String sql)
      throws SQLException {
    try (Connection connection = database.connectAs(role);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String history(TestDatabase database) {
    return String.join(
        ",", database.query("SELECT installed_rank FROM flyway_schema_history ORDER BY 1"));
  }
}
