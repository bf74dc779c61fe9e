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

/** The versions of a namespace's keys, as the database has them. */
final class Versions {

  private static final String QUERY =
      """
      SELECT k.name, k.uid, v.key_id, v.state
      FROM key_version v JOIN api_key k ON k.uid = v.api_key_uid
      WHERE k.namespace = ? ORDER BY v.number
      """;

  private final String url;
  private final String user;
  private final String password;

  Versions(LocalStack stack) {
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

  /** By the name of the ApiKey. */
  Map<String, List<Version>> of(String namespace) {
    try (Connection connection = DriverManager.getConnection(url, user, password);
        PreparedStatement statement = connection.prepareStatement(QUERY)) {
      statement.setString(1, namespace);
      Map<String, List<Version>> versions = new HashMap<>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          versions
              .computeIfAbsent(row.getString(1), _ -> new ArrayList<>())
              .add(new Version(row.getString(2), row.getString(3), row.getString(4)));
        }
      }
      return versions;
    } catch (SQLException e) {
      throw new IllegalStateException("the database can't be read", e);
    }
  }
}
