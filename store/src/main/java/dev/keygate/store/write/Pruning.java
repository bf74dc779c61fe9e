package dev.keygate.store.write;

import dev.keygate.store.connection.Session;
import io.r2dbc.spi.ConnectionFactory;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Deletes old rows by the rule that {@link FeedWriter#prune} states. */
final class Pruning {

  private static final long PORTION = 10_000;

  /** A row at an acknowledged position stays: its change id is what a reader goes on from. */
  private static final String LOG =
      """
      DELETE FROM change_log WHERE ctid = ANY (ARRAY(
        SELECT l.ctid FROM change_log l
        WHERE l.created_at < now() - interval '1 hour'
          AND l.seq < (
            SELECT least(h.seq, $2, (SELECT min(a.applied_seq) FROM gateway_ack a
                                 WHERE a.epoch = h.epoch))
            FROM feed_head h WHERE h.id = 1)
        ORDER BY l.seq LIMIT $1))
      """;

  private static final String USAGE =
      """
      DELETE FROM usage_hour WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM usage_hour WHERE hour < now() - interval '400 days' LIMIT $1))
      """;

  private static final String CURSORS =
      """
      DELETE FROM usage_cursor WHERE ctid = ANY (ARRAY(
        SELECT c.ctid FROM usage_cursor c
        WHERE c.updated_at < now() - interval '7 days'
          AND NOT EXISTS (SELECT 1 FROM gateway_ack a WHERE a.replica = c.replica) LIMIT $1))
      """;

  private static final String LOST =
      """
      DELETE FROM gateway_lost WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM gateway_lost WHERE at < now() - interval '7 days' LIMIT $1))
      """;

  private static final String STRAGGLERS =
      """
      DELETE FROM straggler WHERE ctid = ANY (ARRAY(
        SELECT s.ctid FROM straggler s
        WHERE NOT EXISTS (
          SELECT 1 FROM key_version v WHERE v.key_id = s.key_id AND v.state = 'retiring')
        LIMIT $1))
      """;

  private static final String AUDIT =
      """
      DELETE FROM audit WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM audit WHERE at < now() - interval '400 days' LIMIT $1))
      """;

  private Pruning() {}

  static Mono<Void> run(ConnectionFactory connections, long anchor) {
    return Session.stream(
            connections,
            session ->
                delete(session, LOG, PORTION, anchor)
                    .thenMany(
                        Flux.fromIterable(List.of(USAGE, CURSORS, LOST, STRAGGLERS, AUDIT))
                            .concatMap(sql -> delete(session, sql, PORTION))))
        .then();
  }

  private static Mono<Void> delete(Session session, String sql, Object... parameters) {
    Mono<Long> portion = Mono.defer(() -> session.update(sql, parameters).timeout(Session.TIMEOUT));
    return portion.expand(deleted -> deleted < PORTION ? Mono.empty() : portion).then();
  }
}
