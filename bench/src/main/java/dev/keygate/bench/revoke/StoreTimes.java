package dev.keygate.bench.revoke;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * What PostgreSQL knows of a revocation.
 *
 * @param seq number of the change
 * @param begun when its transaction began
 * @param committed when its commit was written to the log, before that reached the disk
 * @param acknowledging when the renewal began by which the last gateway acknowledged it
 * @param acknowledged when the last one of these was committed
 */
record StoreTimes(
    long seq, Instant begun, Instant committed, Instant acknowledging, Instant acknowledged) {

  private static final String CHANGE =
      """
      SELECT l.seq, l.created_at, pg_xact_commit_timestamp(l.xmin)
      FROM key_version v JOIN change_log l ON l.seq = v.position AND l.ord = 0
      WHERE v.api_key_uid = ? AND v.state = 'revoked'
      """;

  /** To be read soon: a gateway's row keeps the times of its last renewal only. */
  private static final String ACKNOWLEDGEMENTS =
      """
      SELECT max(renewed_at), max(pg_xact_commit_timestamp(xmin)), count(*) FROM gateway_ack
      WHERE applied_seq >= ?
      """;

  static StoreTimes read(Connection connection, String uid, int gateways) throws SQLException {
    try (PreparedStatement change = connection.prepareStatement(CHANGE);
        PreparedStatement acknowledgements = connection.prepareStatement(ACKNOWLEDGEMENTS)) {
      change.setString(1, uid);
      ResultSet written = one(change);
      long seq = written.getLong(1);
      acknowledgements.setLong(1, seq);
      ResultSet told = one(acknowledgements);
      if (told.getInt(3) != gateways) {
        throw new IllegalStateException("final, and acknowledged by " + told.getInt(3) + " only");
      }
      return new StoreTimes(seq, time(written, 2), time(written, 3), time(told, 1), time(told, 2));
    }
  }

  private static ResultSet one(PreparedStatement statement) throws SQLException {
    ResultSet rows = statement.executeQuery();
    if (!rows.next()) {
      throw new IllegalStateException("the store does not know the revocation");
    }
    return rows;
  }

  private static Instant time(ResultSet row, int column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
