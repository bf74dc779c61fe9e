package dev.keygate.local.faults;

import dev.keygate.local.stack.LocalStack;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the database has. */
final class Rows {

  private static final String VERSIONS =
      """
      SELECT k.name, k.uid, v.key_id, v.state
      FROM key_version v JOIN api_key k ON k.uid = v.api_key_uid
      WHERE k.namespace = ? ORDER BY v.number
      """;

  private static final String ORGANIZATIONS =
      "SELECT name, suspended, coalesce(parent_id, '') FROM organization WHERE starts_with(name, ?)";

  private final String url;
  private final String user;
  private final String password;

  Rows(LocalStack stack) {
    URI database = URI.create(stack.endpoints().databaseUrl());
    String[] owner = database.getUserInfo().split(":", 2);
    this.url = "jdbc:postgresql://127.0.0.1:%d%s".formatted(database.getPort(), database.getPath());
    this.user = owner[0];
    this.password = owner[1];
  }

  record Version(String uid, String keyId, String state) {
    boolean usable() {
      return !state.equals("revoked");
    }
  }

  /**
   * @param parentId empty for a root
   */
  record StoredOrganization(String name, boolean suspended, String parentId) {}

  /** The versions of the keys of a namespace, by the name of the ApiKey. */
  Map<String, List<Version>> versions(String namespace) {
    Map<String, List<Version>> versions = new HashMap<>();
    read(
        VERSIONS,
        namespace,
        row ->
            versions
                .computeIfAbsent(row.getString(1), _ -> new ArrayList<>())
                .add(new Version(row.getString(2), row.getString(3), row.getString(4))));
    return versions;
  }

  /** By name. */
  Map<String, StoredOrganization> organizations(String prefix) {
    Map<String, StoredOrganization> organizations = new HashMap<>();
    read(
        ORGANIZATIONS,
        prefix,
        row ->
            organizations.put(
                row.getString(1),
                new StoredOrganization(row.getString(1), row.getBoolean(2), row.getString(3))));
    return organizations;
  }

  private interface Row {
    void at(ResultSet row) throws SQLException;
  }

  private void read(String query, String parameter, Row each) {
    try (Connection connection = DriverManager.getConnection(url, user, password);
        PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, parameter);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          each.at(row);
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the database can't be read", e);
    }
  }
}
