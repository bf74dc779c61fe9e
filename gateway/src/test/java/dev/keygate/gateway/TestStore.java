package dev.keygate.gateway;

import dev.keygate.store.connection.StoreSettings;
import dev.keygate.store.feed.Change;
import dev.keygate.store.feed.ChangeCodec;
import dev.keygate.store.feed.FeedKey;
import dev.keygate.store.feed.FeedOrganization;
import dev.keygate.store.key.KeyFormat;
import dev.keygate.store.key.PlaintextKey;
import dev.keygate.store.migrate.Migration;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL server with Keygate's schema, and an operator's hand that writes to it. */
final class TestStore implements AutoCloseable {

  /** A key that was issued. */
  record Issued(String uid, String keyId, PlaintextKey plaintext) {
    String value() {
      return plaintext.value();
    }
  }

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Instant CREATED = Instant.parse("2026-01-02T03:04:05Z");

  private EmbeddedPostgres postgres;
  private final Path passwordFile;

  private TestStore(EmbeddedPostgres postgres, Path passwordFile) {
    this.postgres = postgres;
    this.passwordFile = passwordFile;
  }

  static TestStore start() throws IOException {
    return start(EmbeddedPostgres.builder());
  }

  static TestStore start(EmbeddedPostgres.Builder builder) throws IOException {
    TestStore store = unmigrated(builder);
    store.migrate();
    return store;
  }

  /** With the roles, without the schema. */
  static TestStore unmigrated(EmbeddedPostgres.Builder builder) throws IOException {
    Path passwordFile = Files.createTempFile("keygate", ".password");
    passwordFile.toFile().deleteOnExit();
    Files.writeString(passwordFile, "any\n");
    TestStore store = new TestStore(builder.start(), passwordFile);
    for (String role : List.of("keygate_owner", "keygate_operator", "keygate_gateway")) {
      store.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'any'");
    }
    store.execute("ALTER SCHEMA public OWNER TO keygate_owner");
    store.execute("GRANT CREATE ON DATABASE postgres TO keygate_owner");
    return store;
  }

  void migrate() {
    Migration.run(settings("keygate_owner"), "keygate_operator", "keygate_gateway");
  }

  StoreSettings settings(String role) {
    return new StoreSettings(url(), role, passwordFile);
  }

  /** On the same port and data directory as before. */
  void restart(EmbeddedPostgres.Builder builder) throws IOException {
    postgres = builder.start();
  }

  String url() {
    return "r2dbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres";
  }

  Path passwordFile() {
    return passwordFile;
  }

  int port() {
    return postgres.getPort();
  }

  void lease(Duration duration) {
    execute("UPDATE feed_head SET lease_millis = ?", duration.toMillis());
  }

  void organization(String id, @Nullable String parent, boolean suspended) {
    organization(id, parent, null, suspended);
  }

  void organization(
      String id, @Nullable String parent, @Nullable List<String> ceiling, boolean suspended) {
    inFeed(
        (connection, seq) -> {
          run(
              connection,
              "INSERT INTO organization (uid, id, name, parent_id, display_name, permissions,"
                  + " suspended, position, created_at, updated_at)"
                  + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (uid) DO UPDATE SET"
                  + " suspended = excluded.suspended, permissions = excluded.permissions,"
                  + " parent_id = excluded.parent_id, position = excluded.position",
              "uid-" + id,
              id,
              id,
              parent,
              "The " + id,
              ceiling == null ? null : array(connection, ceiling),
              suspended,
              seq,
              Timestamp.from(CREATED),
              Timestamp.from(CREATED));
          return new Change.OrganizationPut(
              new FeedOrganization(
                  id, id, parent, "The " + id, ceiling, suspended, CREATED, CREATED));
        });
  }

  Issued key(String organization, String... permissions) {
    return keyWith(organization, "live", null, permissions);
  }

  Issued keyWith(
      String organization, String environment, @Nullable Instant expiresAt, String... permissions) {
    PlaintextKey plaintext = new KeyFormat("pc").mint(environment, RANDOM);
    String uid = UUID.randomUUID().toString();
    String keyId = "key_" + uid.substring(0, 8);
    inFeed(
        (connection, seq) -> {
          run(
              connection,
              "INSERT INTO api_key (uid, namespace, name, organization_id, environment,"
                  + " permissions, expires_at, created_at, updated_at)"
                  + " VALUES (?, 'default', ?, ?, ?, ?, ?, now(), now())",
              uid,
              uid,
              organization,
              environment,
              array(connection, List.of(permissions)),
              expiresAt == null ? null : Timestamp.from(expiresAt));
          run(
              connection,
              "INSERT INTO key_version (key_id, api_key_uid, number, hash, hint, state, position,"
                  + " issued_at) VALUES (?, ?, 1, ?, ?, 'active', ?, now())",
              keyId,
              uid,
              plaintext.hash().toBytes(),
              plaintext.hint(),
              seq);
          return new Change.KeyPut(
              new FeedKey(
                  uid,
                  organization,
                  environment,
                  List.of(permissions),
                  expiresAt,
                  List.of(new FeedKey.Version(keyId, plaintext.hash()))));
        });
    return new Issued(uid, keyId, plaintext);
  }

  void revoke(Issued key) {
    inFeed(
        (connection, seq) -> {
          run(
              connection,
              "UPDATE key_version SET state = 'revoked', revoked_at = now(), position = ?"
                  + " WHERE key_id = ?",
              seq,
              key.keyId());
          return new Change.KeyRemoved(key.uid());
        });
  }

  /** Stored requests of this key version. */
  long usage(Issued key) {
    return number(
        "SELECT coalesce(sum(requests), 0) FROM usage_hour WHERE key_id = ?", key.keyId());
  }

  long replicas() {
    return number("SELECT count(*) FROM gateway_ack");
  }

  long head() {
    return number("SELECT seq FROM feed_head");
  }

  /** What every registered replica has acknowledged at least; -1 when there is none. */
  long acknowledged() {
    return number("SELECT coalesce(min(coalesce(applied_seq, -1)), -1) FROM gateway_ack");
  }

  long number(String sql, Object... parameters) {
    try (Connection connection = connect();
        PreparedStatement statement = prepare(connection, sql, parameters);
        ResultSet result = statement.executeQuery()) {
      result.next();
      return result.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  void execute(String sql, Object... parameters) {
    try (Connection connection = connect()) {
      run(connection, sql, parameters);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }

  private void inFeed(Write write) {
    try (Connection connection = connect()) {
      connection.setAutoCommit(false);
      long seq;
      UUID changeId;
      try (Statement statement = connection.createStatement();
          ResultSet head =
              statement.executeQuery(
                  "UPDATE feed_head SET seq = seq + 1, change_id = gen_random_uuid()"
                      + " RETURNING seq, change_id")) {
        head.next();
        seq = head.getLong(1);
        changeId = head.getObject(2, UUID.class);
      }
      Change change = write.write(connection, seq);
      run(
          connection,
          "INSERT INTO change_log (seq, ord, change_id, term, kind, payload)"
              + " VALUES (?, 0, ?, 0, ?, ?::jsonb)",
          seq,
          changeId,
          ChangeCodec.kind(change),
          ChangeCodec.payload(change).toString());
      run(connection, "SELECT pg_notify('keygate', '" + seq + "')");
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private Connection connect() throws SQLException {
    return postgres.getPostgresDatabase().getConnection();
  }

  private static java.sql.Array array(Connection connection, List<String> values)
      throws SQLException {
    return connection.createArrayOf("text", values.toArray());
  }

  private static void run(Connection connection, String sql, @Nullable Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = prepare(connection, sql, parameters)) {
      statement.execute();
    }
  }

  private static PreparedStatement prepare(
      Connection connection, String sql, @Nullable Object... parameters) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }

  private interface Write {
    Change write(Connection connection, long seq) throws SQLException;
  }
}
