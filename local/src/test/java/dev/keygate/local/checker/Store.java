package dev.keygate.local.checker;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Reads the database, over a connection that is made again whenever it breaks. For one thread. */
final class Store implements AutoCloseable {

  private final Settings settings;
  private @Nullable Connection connection;

  Store(Settings settings) {
    this.settings = settings;
  }

  /** A usable version: the UID of its ApiKey, and that one's namespace and name. */
  record Usable(String keyId, String uid, String namespace, String name) {}

  List<Usable> usable() throws SQLException {
    return rows(
        """
        SELECT v.key_id, k.uid, k.namespace, k.name
        FROM key_version v JOIN api_key k ON k.uid = v.api_key_uid WHERE v.state <> 'revoked'
        """,
        row -> new Usable(row.getString(1), row.getString(2), row.getString(3), row.getString(4)));
  }

  /** Requests by key id. */
  Map<String, Long> usage() throws SQLException {
    Map<String, Long> usage = new HashMap<>();
    rows(
        "SELECT key_id, requests FROM usage_total",
        row -> usage.put(row.getString(1), row.getLong(2)));
    return usage;
  }

  /** Where the feed stands. */
  String head() throws SQLException {
    return rows("SELECT epoch || ' ' || seq FROM feed_head", row -> row.getString(1)).getFirst();
  }

  /** Tables in which some row holds a plaintext key. */
  List<String> tablesWithPlaintext() throws SQLException {
    List<String> found = new ArrayList<>();
    for (String table :
        rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", r -> r.getString(1))) {
      if (!rows(
              "SELECT 1 FROM \"%s\" t WHERE t::text ~ '%s' LIMIT 1"
                  .formatted(table, Plaintext.REGEX),
              r -> 1)
          .isEmpty()) {
        found.add(table);
      }
    }
    return found;
  }

  private interface Row<T> {
    T of(ResultSet row) throws SQLException;
  }

  private <T> List<T> rows(String query, Row<T> row) throws SQLException {
    try (PreparedStatement statement = connected().prepareStatement(query);
        ResultSet results = statement.executeQuery()) {
      List<T> rows = new ArrayList<>();
      while (results.next()) {
        rows.add(row.of(results));
      }
      return rows;
    } catch (SQLException e) {
      close();
      throw e;
    }
  }

  private Connection connected() throws SQLException {
    Connection current = connection;
    if (current == null) {
      Properties properties = new Properties();
      properties.setProperty("user", settings.databaseUser());
      properties.setProperty("password", settings.databasePassword());
      properties.setProperty("connectTimeout", "3");
      properties.setProperty("socketTimeout", "10");
      properties.setProperty("ApplicationName", "checker");
      current = DriverManager.getConnection(settings.jdbcUrl(), properties);
      current.setReadOnly(true);
      connection = current;
    }
    return current;
  }

  @Override
  public void close() {
    Connection current = connection;
    connection = null;
    if (current != null) {
      try {
        current.close();
      } catch (SQLException e) {
        // It is gone either way.
      }
    }
  }
}
