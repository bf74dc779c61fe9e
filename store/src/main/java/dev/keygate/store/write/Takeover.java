package dev.keygate.store.write;

import dev.keygate.store.connection.Column;
import dev.keygate.store.connection.Instance;
import dev.keygate.store.connection.Session;
import dev.keygate.store.connection.UnfitStoreException;
import dev.keygate.store.lease.LeaseTerms;
import dev.keygate.store.write.FeedWriter.Found;
import dev.keygate.store.write.FeedWriter.Vouched;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Row;
import java.time.Duration;
import java.util.UUID;
import reactor.core.publisher.Mono;

/**
 * How a new leader gets the store: on the connection that its writer then keeps, it ends the other
 * writers' sessions, and raises the term. The lease's duration is the store's, so that both sides
 * reckon with the same one, and a longer one before it counts until it has run out (rule 6 of the
 * lease protocol).
 */
final class Takeover {

  private static final String END_OTHER_WRITERS =
      """
      SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity
      WHERE usename = current_user AND datname = current_database()
        AND (application_name = $1 OR xact_start IS NOT NULL) AND pid <> pg_backend_pid()
      """;

  private static final Duration LONG_AGO = Duration.ofDays(1_000);

  private static final String CLUSTER =
      "SELECT coalesce(cluster_uid, '') FROM feed_head WHERE id = 1";

  /**
   * A gateway may be granted the lease of before until this is committed, and keeps it for its
   * length: with a per cent for clocks that differ, and a minute for the commit.
   */
  private static final String RAISE =
      """
      UPDATE feed_head SET term = term + 1, leader = $1, lease_millis = $2, stale_millis = $3,
        cluster_uid = coalesce(cluster_uid, nullif($4, '')),
        former_lease_millis = CASE WHEN former_lease_until > clock_timestamp()
          THEN greatest(former_lease_millis, lease_millis) ELSE lease_millis END,
        former_lease_until = CASE WHEN lease_millis > $2
          THEN greatest(former_lease_until,
            clock_timestamp() + lease_millis * interval '1.01 ms' + interval '1 minute')
          ELSE former_lease_until END
      WHERE id = 1
      RETURNING term, CASE WHEN former_lease_until > clock_timestamp()
        THEN greatest(former_lease_millis, lease_millis) ELSE lease_millis END,
        keygate_instance(), vouched,
        (extract(epoch FROM clock_timestamp() - vouched_at) * 1000)::bigint
      """;

  private final ConnectionFactory connections;
  private final WriterConnection connection;
  private final LeaseTerms lease;
  private final String clusterUid;

  Takeover(ConnectionFactory connections, LeaseTerms lease, String clusterUid) {
    this.connections = connections;
    this.connection = new WriterConnection(connections);
    this.lease = lease;
    this.clusterUid = clusterUid;
  }

  /** Fails with UnfitStoreException, before anything is changed, for another cluster's store. */
  Mono<FeedWriter> run() {
    return connection
        .session()
        .flatMap(session -> requireOurs(session).then(Mono.defer(() -> raise(session))))
        .timeout(FeedWriter.TRANSACTION_TIMEOUT)
        .onErrorResume(error -> connection.discard().then(Mono.error(error)))
        .onErrorMap(Session::isFailure, Session::unavailable);
  }

  private Mono<Void> requireOurs(Session session) {
    return session
        .query(CLUSTER, row -> Column.text(row, 0))
        .single()
        .flatMap(
            stored ->
                stored.isEmpty() || clusterUid.isEmpty() || stored.equals(clusterUid)
                    ? Mono.empty()
                    : Mono.error(
                        new UnfitStoreException(
                            "the store belongs to another cluster: it was used with the one whose"
                                + " kube-system namespace has UID "
                                + stored
                                + ", and this one's has "
                                + clusterUid
                                + "; set keygate.store.url to this cluster's own database")));
  }

  private Mono<FeedWriter> raise(Session session) {
    UUID leader = UUID.randomUUID();
    return session
        .query(END_OTHER_WRITERS, row -> true, WriterConnection.APPLICATION_NAME)
        .then(session.run("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"))
        .then(
            session
                .query(
                    RAISE,
                    row -> writer(leader, row),
                    leader,
                    lease.whole().toMillis(),
                    lease.stale().toMillis(),
                    clusterUid)
                .single())
        .flatMap(writer -> session.run("COMMIT").thenReturn(writer));
  }

  private FeedWriter writer(UUID leader, Row row) {
    Instance instance = new Instance(Column.text(row, 2));
    String vouched = row.get(3, String.class);
    Long millis = row.get(4, Long.class);
    return new FeedWriter(
        connections,
        connection,
        new Fence(Column.number(row, 0), leader, instance),
        new Found(
            Duration.ofMillis(Column.number(row, 1)),
            instance,
            vouched == null
                ? Vouched.NEVER
                : vouched.equals(instance.text()) ? Vouched.THIS : Vouched.ANOTHER,
            millis == null ? LONG_AGO : Duration.ofMillis(Math.max(0, millis))));
  }
}
