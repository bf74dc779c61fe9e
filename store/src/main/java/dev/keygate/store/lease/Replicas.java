package dev.keygate.store.lease;

import dev.keygate.store.connection.Column;
import dev.keygate.store.connection.Instance;
import dev.keygate.store.connection.Session;
import dev.keygate.store.connection.Sessions;
import dev.keygate.store.feed.FeedPosition;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The rows of live gateway replicas ({@code gateway_ack}). A gateway registers once, in a commit of
 * its own (rule 1 of the lease protocol). Then it only renews: a renewal updates, never inserts,
 * and carries epoch, number and change id of what it acknowledges (rule 2). Only the operator
 * removes a row that it saw unchanged for the lease (rule 3).
 */
public final class Replicas {

  /** No drain was complete yet. */
  public static final Instant NOT_FLUSHED = Instant.EPOCH;

  private static final String REGISTER =
      "INSERT INTO gateway_ack (replica, name) VALUES ($1, $2) ON CONFLICT (replica) DO NOTHING";

  private static final String VOUCHED = "(h.vouched IS NULL OR h.vouched = keygate_instance())";

  /*
   * Acknowledges only a place that is in the present feed: after commits were lost, another change
   * can stand under the same number. The statement is begun after the replica read that place, so
   * its snapshot has the place and every later head. And only on an instance that an operator has
   * vouched for.
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
        AND
      """
          + VOUCHED
          + " RETURNING h.epoch, h.seq, h.change_id, h.lease_millis, h.stale_millis,"
          + " clock_timestamp()";

  /** In one statement with the instance: rows of another one say nothing about this one. */
  private static final String ALL =
      """
      SELECT keygate_instance(), a.replica, a.name, a.renewals, a.epoch, a.applied_seq,
             a.applied_change_id
      FROM feed_head h LEFT JOIN gateway_ack a ON true
      WHERE h.id = 1 ORDER BY a.name, a.replica
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
    return Session.with(
        connections,
        session -> Instance.requireVouched(session).then(session.run(REGISTER, replica, name)));
  }

  /**
   * Gateway: renews and acknowledges {@code applied}; updates only. Empty when the row is gone, or
   * when {@code applied} is not a place in the present feed (another epoch, or commits were lost):
   * the lease ends at once and the gateway registers again under the same rules. Fails with
   * StoreUnavailableException on an instance that no operator has vouched for: the lease then goes
   * on until it runs out.
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
                    Replicas::renewed,
                    replica,
                    applied.epoch(),
                    applied.seq(),
                    applied.changeId(),
                    flushedAt)
                .singleOrEmpty()
                .switchIfEmpty(
                    Mono.defer(() -> Instance.requireVouched(session).cast(Renewed.class))));
  }

  /** Gateway, after its last answer. */
  public Mono<Void> deregister(UUID replica) {
    return Session.with(
        connections, session -> session.run("DELETE FROM gateway_ack WHERE replica = $1", replica));
  }

  /** Operator: all rows. */
  public Mono<Registered> all() {
    return Session.with(
        connections,
        session ->
            session
                .query(ALL, Replicas::row)
                .collectList()
                .map(
                    rows ->
                        new Registered(
                            rows.getFirst().instance(),
                            rows.stream().flatMap(row -> row.replica().stream()).toList())));
  }

  private static Renewed renewed(Row row) {
    return new Renewed(
        position(row, 0),
        Duration.ofMillis(Column.number(row, 3)),
        Duration.ofMillis(Column.number(row, 4)),
        Column.instant(row, 5));
  }

  private static InstanceAndRow row(Row row) {
    return new InstanceAndRow(
        new Instance(Column.text(row, 0)),
        row.get(1) == null ? Optional.empty() : Optional.of(replica(row)));
  }

  private static Replica replica(Row row) {
    return new Replica(
        Column.uuid(row, 1),
        Column.text(row, 2),
        row.get(4) == null ? null : position(row, 4),
        Column.number(row, 3));
  }

  private static FeedPosition position(Row row, int first) {
    return new FeedPosition(
        Column.uuid(row, first), Column.number(row, first + 1), Column.uuid(row, first + 2));
  }

  /**
   * A renewal's answer.
   *
   * @param head what the same statement read
   * @param lease for how long a view that has reached {@code head} may answer, from before the
   *     request
   * @param stale the last part of the lease, in which the replica answers but is not ready; zero:
   *     none
   * @param now the database's clock
   */
  public record Renewed(FeedPosition head, Duration lease, Duration stale, Instant now) {}

  /**
   * All rows, and the instance that they were read on.
   *
   * @param replicas by name
   */
  public record Registered(Instance instance, List<Replica> replicas) {
    public Registered {
      replicas = List.copyOf(replicas);
    }
  }

  private record InstanceAndRow(Instance instance, Optional<Replica> replica) {}

  /**
   * A row of a live replica.
   *
   * @param applied what it acknowledged last; null before the first renewal
   * @param renewals counts up with each renewal
   */
  public record Replica(UUID id, String name, @Nullable FeedPosition applied, long renewals) {}
}
