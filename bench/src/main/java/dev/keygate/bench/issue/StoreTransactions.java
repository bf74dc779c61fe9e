package dev.keygate.bench.issue;

import dev.keygate.bench.stack.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * How many transactions the store has seen.
 *
 * @param feed those that wrote to the change feed
 * @param all every committed one in the database, reads and the gateway's renewals included
 */
record StoreTransactions(long feed, long all) {

  private static final String QUERY =
      """
      SELECT (SELECT seq FROM feed_head),
             (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database())
      """;

  /**
   * @param url {@code postgresql://user:password@host:port/database}
   */
  static StoreTransactions now(String url) throws SQLException {
    try (Connection connection = Database.connect(url);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(QUERY)) {
      row.next();
      return new StoreTransactions(row.getLong(1), row.getLong(2));
    }
  }

  StoreTransactions since(StoreTransactions before) {
    return new StoreTransactions(feed - before.feed(), all - before.all());
  }
}
