package dev.keygate.store.usage;

import dev.keygate.store.connection.Column;
import dev.keygate.store.connection.Session;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Row;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What is known of the use of retiring versions. Every time is the database's, and everything comes
 * from one statement, so it shows one state: a replica's {@code flushedAt} is never there without
 * the counts that it vouches for.
 */
public final class RotationEvidence {

  /** One row for each retiring version. UNION, not UNION ALL: it ends when there is a cycle. */
  private static final String RETIRING =
      """
      WITH RECURSIVE old AS (
        SELECT v.key_id, v.api_key_uid, v.retire_at, k.organization_id, k.updated_at
        FROM key_version v JOIN api_key k ON k.uid = v.api_key_uid
        WHERE v.state = 'retiring' AND ($1 = '' OR v.api_key_uid = $1)
      ), above AS (
        SELECT o.id AS start, o.id, o.parent_id, o.updated_at FROM organization o
        WHERE o.id IN (SELECT organization_id FROM old)
        UNION
        SELECT a.start, p.id, p.parent_id, p.updated_at
        FROM above a JOIN organization p ON p.id = a.parent_id
      ), ancestors AS (
        SELECT start, max(updated_at) AS updated_at FROM above GROUP BY start
      )
      SELECT old.api_key_uid, old.key_id, n.key_id, coalesce(n.activated_at, n.issued_at),
        old.retire_at, ot.changed_at, nt.changed_at, old.updated_at, an.updated_at,
        (SELECT max(at) FROM gateway_lost),
        (SELECT CASE WHEN count(*) = count(flushed_at) THEN min(flushed_at) END FROM gateway_ack),
        (SELECT count(*) FROM gateway_ack),
        clock_timestamp()
      FROM old
        LEFT JOIN key_version n ON n.api_key_uid = old.api_key_uid AND n.state = 'active'
        LEFT JOIN usage_total ot ON ot.key_id = old.key_id
        LEFT JOIN usage_total nt ON nt.key_id = n.key_id
        LEFT JOIN ancestors an ON an.start = old.organization_id
      ORDER BY old.api_key_uid, old.key_id
      """;

  private static final String STRAGGLERS =
      """
      SELECT s.key_id, s.source, s.user_agent, s.route, s.last_seen, s.requests
      FROM unnest($1::text[]) AS wanted (key_id) CROSS JOIN LATERAL (
        SELECT * FROM straggler s WHERE s.key_id = wanted.key_id
        ORDER BY s.last_seen DESC, s.source, s.user_agent, s.route LIMIT $2) s
      ORDER BY s.key_id, s.last_seen DESC, s.source, s.user_agent, s.route
      """;

  /** No UID is empty. */
  private static final String EVERY_KEY = "";

  private final ConnectionFactory connections;

  public RotationEvidence(ConnectionFactory connections) {
    this.connections = connections;
  }

  /** Operator: all versions that are retiring now. */
  public Mono<List<Retiring>> retiring() {
    return read(EVERY_KEY);
  }

  /** Operator: the versions of one ApiKey that are retiring now. */
  public Mono<List<Retiring>> retiringOf(String uid) {
    return read(uid);
  }

  private Mono<List<Retiring>> read(String uid) {
    return Session.with(
        connections,
        session -> session.query(RETIRING, RotationEvidence::retiring, uid).collectList());
  }

  /**
   * Operator: who used these versions since they began to retire, newest first.
   *
   * @param perVersion at most so many for each version
   */
  public Mono<List<Straggler>> stragglers(List<String> keyIds, int perVersion) {
    return Session.with(
        connections,
        session ->
            session
                .query(
                    STRAGGLERS,
                    RotationEvidence::straggler,
                    keyIds.toArray(String[]::new),
                    (long) perVersion)
                .collectList());
  }

  private static Retiring retiring(Row row) {
    return new Retiring(
        Column.text(row, 0),
        Column.text(row, 1),
        row.get(2, String.class),
        row.get(3, Instant.class),
        Column.instant(row, 4),
        row.get(5, Instant.class),
        row.get(6, Instant.class),
        Column.instant(row, 7),
        row.get(8, Instant.class),
        row.get(9, Instant.class),
        row.get(10, Instant.class),
        Column.number(row, 11),
        Column.instant(row, 12));
  }

  private static Straggler straggler(Row row) {
    return new Straggler(
        Column.text(row, 0),
        Column.text(row, 1),
        Column.text(row, 2),
        Column.text(row, 3),
        Column.instant(row, 4),
        Column.number(row, 5));
  }

  /**
   * A retiring version and the one that replaces it.
   *
   * @param newKeyId the key's active version; null when it has none
   * @param activatedAt when that one became the one in the Secret
   * @param oldChangedAt when use of the retiring version last reached the store; null: never used.
   *     Any presentation is use, whatever the answer, and so is an exchange that is still open
   * @param newChangedAt the same of the active version
   * @param keyUpdatedAt when anything about the key last changed
   * @param organizationsUpdatedAt the same of its organization and those above it; null when that
   *     does not exist
   * @param lostAt when a replica was last given up whose last counts nobody knows; null: not lately
   * @param flushedAt everything that every live replica counted before it is stored; null while
   *     {@code replicas} is 0 or one of them has stored nothing yet
   * @param replicas live ones
   * @param now when this was read
   */
  public record Retiring(
      String uid,
      String oldKeyId,
      @Nullable String newKeyId,
      @Nullable Instant activatedAt,
      Instant retireAt,
      @Nullable Instant oldChangedAt,
      @Nullable Instant newChangedAt,
      Instant keyUpdatedAt,
      @Nullable Instant organizationsUpdatedAt,
      @Nullable Instant lostAt,
      @Nullable Instant flushedAt,
      long replicas,
      Instant now) {}
}
