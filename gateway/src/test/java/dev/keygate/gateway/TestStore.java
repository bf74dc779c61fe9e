package dev.keygate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.store.connection.StoreSettings;
import dev.keygate.store.key.KeyFormat;
import dev.keygate.store.key.PlaintextKey;
import dev.keygate.store.migrate.Migration;
import dev.keygate.store.write.Command;
import dev.keygate.store.write.FeedWriter;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private EmbeddedPostgres postgres;
  private final Path passwordFile;
  private @Nullable FeedWriter writer;

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

  /** How long a gateway's view stays fresh. */
  void lease(Duration duration) {
    lease(duration, Duration.ZERO);
  }

  /** How long it stays fresh, and then serves though it is stale. */
  void lease(Duration fresh, Duration stale) {
    execute(
        "UPDATE feed_head SET lease_millis = ?, stale_millis = ?",
        fresh.plus(stale).toMillis(),
        stale.toMillis());
  }

  void organization(String id, @Nullable String parent, boolean suspended) {
    organization(id, parent, null, suspended);
  }

  void organization(
      String id, @Nullable String parent, @Nullable List<String> ceiling, boolean suspended) {
    assertThat(
            submit(
                new Command.PutOrganization(
                    "uid-" + id, id, id, parent, "The " + id, ceiling, suspended)))
        .isInstanceOf(Command.OrganizationResult.Written.class);
  }

  Issued key(String organization, String... permissions) {
    return keyWith(organization, "live", null, permissions);
  }

  Issued keyWith(
      String organization, String environment, @Nullable Instant expiresAt, String... permissions) {
    PlaintextKey plaintext = new KeyFormat("pc").mint(environment, RANDOM);
    String uid = UUID.randomUUID().toString();
    String keyId = "key_" + uid.substring(0, 8);
    Command.KeySpec spec =
        new Command.KeySpec(
            uid, "default", uid, organization, environment, List.of(permissions), expiresAt);
    issue(spec, keyId, plaintext);
    return new Issued(uid, keyId, plaintext);
  }

  /** Another version takes the place of this one, which stays usable. */
  Issued replace(Issued old, String organization, String... permissions) {
    PlaintextKey plaintext = new KeyFormat("pc").mint("live", RANDOM);
    String keyId = old.keyId() + "_2";
    activate(old.uid(), old.keyId());
    issue(
        new Command.KeySpec(
            old.uid(), "default", old.uid(), organization, "live", List.of(permissions), null),
        keyId,
        plaintext);
    activate(old.uid(), keyId);
    return new Issued(old.uid(), keyId, plaintext);
  }

  private void issue(Command.KeySpec spec, String keyId, PlaintextKey plaintext) {
    assertThat(
            submit(
                new Command.IssueVersion(
                    spec, keyId, plaintext.hash(), plaintext.hint(), "Created", 0)))
        .isInstanceOf(Command.KeyResult.Written.class);
  }

  private void activate(String uid, String keyId) {
    assertThat(submit(new Command.ActivateVersion(uid, keyId, Duration.ofHours(1))))
        .isInstanceOf(Command.KeyResult.Written.class);
  }

  void revoke(Issued key) {
    assertThat(submit(new Command.RevokeVersions(key.uid(), Set.of(), "test")))
        .isInstanceOf(Command.KeyResult.Written.class);
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
    FeedWriter leading = writer;
    if (leading != null) {
      leading.close();
      writer = null;
    }
    postgres.close();
  }

  private <R> R submit(Command<R> command) {
    FeedWriter leading = writer;
    if (leading == null) {
      leading =
          Objects.requireNonNull(
              FeedWriter.lead(
                      settings("keygate_operator").unpooled("test-writer"), Duration.ofMinutes(2))
                  .block(PATIENCE));
      writer = leading;
    }
    return Objects.requireNonNull(leading.submit(command).block(PATIENCE)).result();
  }

  private Connection connect() throws SQLException {
    return postgres.getPostgresDatabase().getConnection();
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
}
