package dev.keygate.store;

import dev.keygate.store.connection.StoreSettings;
import dev.keygate.store.migrate.Migration;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A migrated database of its own on the one PostgreSQL server that a test JVM starts. */
public final class TestDatabase {

  public static final String OWNER = "keygate_owner";
  public static final String OPERATOR = "keygate_operator";
  public static final String GATEWAY = "keygate_gateway";

  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String name;

  private TestDatabase(String name) {
    this.name = name;
  }

  /** With the schema of this build. */
  public static TestDatabase migrated() {
    TestDatabase database = empty();
    Migration.run(database.as(OWNER), OPERATOR, GATEWAY);
    return database;
  }

  /** Without a schema. */
  public static TestDatabase empty() {
    TestDatabase database = new TestDatabase("keygate_" + COUNT.incrementAndGet());
    executeOn("postgres", "CREATE DATABASE " + database.name + " OWNER " + OWNER);
    return database;
  }

  public StoreSettings as(String role) {
    return new StoreSettings(
        "r2dbc:postgresql://127.0.0.1:%d/%s".formatted(Server.POSTGRES.getPort(), name),
        role,
        Server.PASSWORD_FILE);
  }

  /** As superuser. */
  public void execute(String sql, Object... parameters) {
    executeOn(name, sql, parameters);
  }

  /** The first column of each row, as superuser. */
  public List<String> query(String sql, Object... parameters) {
    List<String> values = new ArrayList<>();
    try (Connection connection = connect();
        PreparedStatement statement = prepare(connection, sql, parameters);
        ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        values.add(String.valueOf(result.getString(1)));
      }
      return values;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  public long number(String sql, Object... parameters) {
    return Long.parseLong(query(sql, parameters).getFirst());
  }

  /** A JDBC connection as superuser. */
  public Connection connect() throws SQLException {
    return connect(name, "postgres");
  }

  /** A JDBC connection as this role. */
  public Connection connectAs(String role) throws SQLException {
    return connect(name, role);
  }

  /** Ends every session of this database that has this application name. */
  public long terminate(String applicationName) {
    return number(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            + " WHERE datname = current_database() AND application_name = ?",
        applicationName);
  }

  private static void executeOn(String database, String sql, Object... parameters) {
    try (Connection connection = connect(database, "postgres");
        PreparedStatement statement = prepare(connection, sql, parameters)) {
      statement.execute();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Connection connect(String database, String role) throws SQLException {
    return Server.POSTGRES.getDatabase(role, database).getConnection();
  }

  private static PreparedStatement prepare(Connection connection, String sql, Object... parameters)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }

  /** Started when first needed; its shutdown hook stops it with the JVM. */
  private static final class Server {
    static final EmbeddedPostgres POSTGRES;
    static final Path PASSWORD_FILE;

    static {
      try {
        POSTGRES = EmbeddedPostgres.builder().start();
        PASSWORD_FILE = Files.createTempFile("keygate", ".password");
        PASSWORD_FILE.toFile().deleteOnExit();
        Files.writeString(PASSWORD_FILE, "any\n");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      try (Connection connection = connect("postgres", "postgres");
          var statement = connection.createStatement()) {
        for (String role : List.of(OWNER, OPERATOR, GATEWAY)) {
          statement.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'any'");
        }
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
