package dev.keygate.store.lease;

import dev.keygate.store.connection.Column;
import dev.keygate.store.connection.Session;
import dev.keygate.store.connection.Sessions;
import dev.keygate.store.feed.FeedPosition;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The rows of live gateway replicas ({@code gateway_ack}). A gateway registers once, in a commit of
 * its own, then only renews; only the operator removes a row that it saw unchanged for the lease.
 */
public final class Replicas {

  /** No drain was complete yet. */
  public static final Instant NOT_FLUSHED = Instant.EPOCH;

  private static final String REGISTER =
      "INSERT INTO gateway_ack (replica, name) VALUES ($1, $2) ON CONFLICT (replica) DO NOTHING";

  /*
   * Acknowledges only a place that is in the present feed: after commits were lost, another change
   * can stand under the same number. The statement is begun after the replica read that place, so
   * its snapshot has the place and every later head.
   */
  private static final String RENEW =
      """
      UPDATE gateway_ack a
      SET epoch = $2, applied_seq = $3, applied_change_id = $4, renewals = a.renewals + 1,
          renewed_at = now(), flushed_at = coalesce(nullif($5, 'epoch'::timestamptz), a.flushed_at)
      FROM feed_head h
      WHERE a.replica = $1 AND h.id = 1 AND h.epoch = $2
        AND (h.seq = $3 AND h.change_id = $4
          OR EXISTS (SELECT 1 FROM change_log l WHERE l.seq = $3 AND l.change_id = $4))
      RETURNING h.epoch, h.seq, h.change_id, h.lease_millis, clock_timestamp()
      """;

  private static final String REMOVE =
      """
      WITH gone AS (
        DELETE FROM gateway_ack WHERE replica = $1 AND renewals = $2 RETURNING replica
      )
      INSERT INTO gateway_lost (replica, at) SELECT replica, clock_timestamp() FROM gone
      ON CONFLICT (replica) DO UPDATE SET at = excluded.at
      """;

  private static final String ALL =
      """
      SELECT replica, name, renewals, epoch, applied_seq, applied_change_id FROM gateway_ack
      ORDER BY name, replica
      """;

  private final Sessions connections;

  /** With a connection for each statement: for what may end at another server. */
  public Replicas(ConnectionFactory connections) {
    this(Sessions.of(connections));
  }

  /**
   * For a gateway: {@link dev.keygate.store.feed.FeedReader}, which follows the feed on the same
   * connection.
   */
  public Replicas(Sessions connections) {
    this.connections = connections;
  }

  /**
   * Gateway: makes the row and commits. Only a statement begun afterwards may grant a lease.
   *
   * @param replica one id per process start, never reused
   * @param name for people: the pod's name
   */
  public Mono<Void> register(UUID replica, String name) {
    return Session.with(connections, session -> session.run(REGISTER, replica, name));
  }

  /**
   * Gateway: renews and acknowledges {@code applied}; updates only. Empty when the row is gone, or
   * when {@code applied} is not a place in the present feed (another epoch, or commits were lost):
   * the lease ends at once and the gateway registers again under the same rules.
   *
   * @param flushedAt everything counted before it is stored: the {@code now} of a renewal that was
   *     answered before the counting was last drained, or {@link #NOT_FLUSHED}
   */
  public Mono<Renewed> renew(UUID replica, FeedPosition applied, Instant flushedAt) {
    return Session.with(
        connections,
        session ->
            session
                .query(
                    RENEW,
                    row ->
                        new Renewed(
                            position(row, 0),
                            Duration.ofMillis(Column.number(row, 3)),
                            Column.instant(row, 4)),
                    replica,
                    applied.epoch(),
                    applied.seq(),
                    applied.changeId(),
                    flushedAt)
                .singleOrEmpty());
  }

  /** Gateway, after its last answer. */
  public Mono<Void> deregister(UUID replica) {
    return Session.with(
        connections, session -> session.run("DELETE FROM gateway_ack WHERE replica = $1", replica));
  }

  /** Operator: all rows. */
  public Mono<List<Replica>> all() {
    return Session.with(
        connections, session -> session.query(ALL, Replicas::replica).collectList());
  }

  /**
   * Operator: removes the row if it was not renewed since, and remembers that the replica vanished;
   * true when it is gone by this call.
   */
  public Mono<Boolean> remove(UUID replica, long renewals) {
    return Session.with(
        connections, session -> session.update(REMOVE, replica, renewals).map(rows -> rows > 0));
  }

  private static Replica replica(Row row) {
    return new Replica(
        Column.uuid(row, 0),
        Column.text(row, 1),
        row.get(3) == null ? null : position(row, 3),
        Column.number(row, 2));
  }

  private static FeedPosition position(Row row, int first) {
    return new FeedPosition(
        Column.uuid(row, first), Column.number(row, first + 1), Column.uuid(row, first + 2));
  }

  /**
   * A renewal's answer.
   *
   * @param head what the same statement read
   * @param lease how long a view that has reached {@code head} stays fresh, from before the request
   * @param now the database's clock
   */
  public record Renewed(FeedPosition head, Duration lease, Instant now) {}

  /**
   * A row of a live replica.
   *
   * @param applied what it acknowledged last; null before the first renewal
   * @param renewals counts up with each renewal
   */
  public record Replica(UUID id, String name, @Nullable FeedPosition applied, long renewals) {}
}
