package dev.keygate.store.write;

import dev.keygate.store.connection.Column;
import dev.keygate.store.connection.Session;
import dev.keygate.store.connection.StoreUnavailableException;
import dev.keygate.store.write.FeedTransaction.Outcome;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * The only writer of organizations and keys, for one term of leadership. Commands that arrive while
 * a transaction is under way are committed together in the next one (one feed number, at most
 * {@value #MAX_BATCH} commands); a command that breaks its transaction is tried again alone, so it
 * fails alone.
 *
 * <p>Each transaction begins by updating the feed's head where it still has this term and this
 * leader's id. That row's lock gives commit order without gaps; zero rows mean that another
 * operator leads. A lost connection is opened again for the next batch, under the same term and
 * leader.
 */
public final class FeedWriter implements AutoCloseable {

  public static final int MAX_BATCH = 256;

  /** Longer than the server lets a statement or an idle transaction live. */
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(30);

  private final Fence fence;
  private final Duration lease;
  private final ConnectionFactory connections;
  private final WriterConnection connection;
  private final CommandQueue queue;
  private final AtomicReference<@Nullable Disposable> closing = new AtomicReference<>();

  /**
   * Takes over: ends the other writers' sessions, raises the term with a new leader's id and sets
   * the lease's duration in the feed's head.
   *
   * <p>A session that was stopped in the middle of a transaction holds the head's lock, in the
   * worst case for ever, and no term keeps it from that. So sessions of this role and database with
   * the writer's application name are ended first. All others of the role (pools of readers, this
   * process's own among them) never take that lock and are left alone; whatever they or a late
   * writer try to write to the feed is refused by term and leader.
   *
   * @param connections unpooled
   * @param lease from 1 second to 1 day; IllegalArgumentException otherwise
   */
  public static Mono<FeedWriter> lead(ConnectionFactory connections, Duration lease) {
    if (lease.compareTo(Duration.ofSeconds(1)) < 0 || lease.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "keygate.lease.duration must be from 1s to 24h, found " + lease);
    }
    return Takeover.run(connections, lease);
  }

  FeedWriter(
      ConnectionFactory connections, WriterConnection connection, Fence fence, Duration lease) {
    this.connections = connections;
    this.connection = connection;
    this.fence = fence;
    this.lease = lease;
    this.queue = new CommandQueue(this::commit, MAX_BATCH);
  }

  public long term() {
    return fence.term();
  }

  /**
   * The lease to reckon with in this term: the one that was set, or a longer one before it that a
   * gateway may have been granted and that had not run out when the term began.
   */
  public Duration lease() {
    return lease;
  }

  /**
   * Fails with {@link DeposedException}; with {@link CommandRejectedException} when the command
   * itself is broken; or with {@link StoreUnavailableException}, after which the command may have
   * happened. Safe from any thread; cancelling does not take the command back.
   */
  @SuppressWarnings("unchecked") // FeedTransaction answers each command with its own result type.
  public <R> Mono<Committed<R>> submit(Command<R> command) {
    return queue.submit(command).map(committed -> (Committed<R>) committed);
  }

  private Mono<Outcome> commit(List<Command<?>> commands) {
    return connection
        .session()
        .flatMap(session -> new FeedTransaction(session, fence, commands).run())
        .timeout(TRANSACTION_TIMEOUT)
        .onErrorMap(FeedWriter::classify)
        .onErrorResume(
            error ->
                error instanceof CommandRejectedException
                    ? Mono.error(error)
                    : connection.discard().then(Mono.error(error)));
  }

  /**
   * SQLSTATE classes 22 (data), 23 (constraints) and 42 (types), and mistakes in our own code, come
   * from one of the commands; everything else from the store.
   */
  private static Throwable classify(Throwable error) {
    if (error instanceof DeposedException) {
      return error;
    }
    if (error instanceof R2dbcException e) {
      String state = String.valueOf(e.getSqlState());
      boolean broken = state.startsWith("22") || state.startsWith("23") || state.startsWith("42");
      return broken ? rejected(error) : Session.unavailable(error);
    }
    return Session.isFailure(error) ? Session.unavailable(error) : rejected(error);
  }

  private static CommandRejectedException rejected(Throwable error) {
    return new CommandRejectedException(
        "the store refused the command: " + error.getMessage(), error);
  }

  /**
   * Deletes old rows, in portions, on a connection of its own, outside of the feed:
   *
   * <ul>
   *   <li>{@code change_log}: below the head and below the smallest position that a live gateway
   *       acknowledged in this epoch, and older than 1 hour;
   *   <li>{@code usage_hour}: hours more than 400 days ago;
   *   <li>{@code usage_cursor}: of replicas that are gone, 7 days after their last batch;
   *   <li>{@code gateway_lost}: after 7 days;
   *   <li>{@code straggler}: of versions that are not being replaced any more;
   *   <li>{@code audit}: older than 400 days.
   * </ul>
   *
   * <p>Rows of deleted keys and revoked versions stay: their hashes must never come back. Fails
   * with {@link StoreUnavailableException}; what was deleted until then stays deleted.
   */
  public Mono<Void> prune() {
    return Pruning.run(connections);
  }

  /** Ends the connection; what is queued fails, what is under way may have happened. */
  @Override
  public void close() {
    queue.end(
        new StoreUnavailableException(
            "the feed's writer was closed", new IllegalStateException("term " + fence.term())));
    Disposable former = closing.getAndSet(connection.discard().subscribe());
    if (former != null) {
      former.dispose();
    }
  }

  /** The two steps of taking over, on the connection that the writer then keeps. */
  private static final class Takeover {

    private static final String END_OTHER_WRITERS =
        """
        SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity
        WHERE usename = current_user AND datname = current_database()
          AND application_name = $1 AND pid <> pg_backend_pid()
        """;

    /**
     * A gateway may be granted the lease of before until this is committed, and keeps it for its
     * length: with a per cent for clocks that differ, and a minute for the commit.
     */
    private static final String RAISE =
        """
        UPDATE feed_head SET term = term + 1, leader = $1, lease_millis = $2,
          former_lease_millis = CASE WHEN former_lease_until > clock_timestamp()
            THEN greatest(former_lease_millis, lease_millis) ELSE lease_millis END,
          former_lease_until = CASE WHEN lease_millis > $2
            THEN greatest(former_lease_until,
              clock_timestamp() + lease_millis * interval '1.01 ms' + interval '1 minute')
            ELSE former_lease_until END
        WHERE id = 1
        RETURNING term, CASE WHEN former_lease_until > clock_timestamp()
          THEN greatest(former_lease_millis, lease_millis) ELSE lease_millis END
        """;

    private Takeover() {}

    static Mono<FeedWriter> run(ConnectionFactory connections, Duration lease) {
      return Mono.defer(
          () -> {
            WriterConnection connection = new WriterConnection(connections);
            return connection
                .session()
                .flatMap(session -> raise(connections, connection, session, lease))
                .timeout(TRANSACTION_TIMEOUT)
                .onErrorResume(error -> connection.discard().then(Mono.error(error)))
                .onErrorMap(Session::isFailure, Session::unavailable);
          });
    }

    private static Mono<FeedWriter> raise(
        ConnectionFactory connections,
        WriterConnection connection,
        Session session,
        Duration lease) {
      UUID leader = UUID.randomUUID();
      return session
          .query(END_OTHER_WRITERS, row -> true, WriterConnection.APPLICATION_NAME)
          .then(session.run("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"))
          .then(
              session
                  .query(
                      RAISE,
                      row ->
                          new FeedWriter(
                              connections,
                              connection,
                              new Fence(Column.number(row, 0), leader),
                              Duration.ofMillis(Column.number(row, 1))),
                      leader,
                      lease.toMillis())
                  .single())
          .flatMap(writer -> session.run("COMMIT").thenReturn(writer));
    }
  }
}
