package dev.keygate.bench.stack;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** The way into the stack's database, as its owner. */
public final class Database {

  private Database() {}

  /**
   * @param url {@code postgresql://user:password@host:port/database}
   */
  public static Connection connect(String url) throws SQLException {
    URI uri = URI.create(url);
    String[] credentials = uri.getUserInfo().split(":", 2);
    return DriverManager.getConnection(
        "jdbc:postgresql://" + uri.getHost() + ":" + uri.getPort() + uri.getPath(),
        credentials[0],
        credentials[1]);
  }
}
