package dev.keygate.store.write;

import dev.keygate.store.connection.Column;
import dev.keygate.store.connection.Instance;
import dev.keygate.store.connection.Session;
import dev.keygate.store.connection.StoreUnavailableException;
import dev.keygate.store.feed.FeedPosition;
import dev.keygate.store.lease.LeaseTerms;
import dev.keygate.store.write.FeedTransaction.Outcome;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
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
  static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(30);

  private static final String HAS =
      """
      SELECT EXISTS (SELECT 1 FROM feed_head h JOIN change_log l ON l.seq = $2 AND l.change_id = $3
                     WHERE h.id = 1 AND h.epoch = $1)
      """;

  private static final String HEAD =
      "SELECT epoch, seq, change_id FROM feed_head WHERE " + Fence.HOLDS;

  private static final String LEADS = "SELECT 1 FROM feed_head WHERE " + Fence.HOLDS;

  private static final String START_EPOCH =
      "WITH head AS (UPDATE feed_head SET epoch = $5, seq = seq + 1, change_id = $4 WHERE "
          + Fence.HOLDS
          + """
             RETURNING seq, change_id, term)
            INSERT INTO change_log (seq, ord, change_id, term, kind, payload)
            SELECT seq, 0, change_id, term, 'Start', '{}' FROM head
            RETURNING seq
            """;

  private static final String VOUCH =
      "UPDATE feed_head SET vouched = keygate_instance(),"
          + " vouched_at = CASE WHEN $4 THEN NULL ELSE clock_timestamp() END WHERE "
          + Fence.HOLDS;

  /**
   * Rule 3 and 9 of the lease protocol: whoever was deposed may reckon with a shorter lease than a
   * gateway was granted since, so it removes nothing. The share lock makes a successor wait for
   * this statement, or this statement see the successor.
   */
  private static final String REMOVE_REPLICA =
      "WITH head AS (SELECT 1 FROM feed_head WHERE "
          + Fence.HOLDS
          + """
             FOR SHARE), gone AS (
              DELETE FROM gateway_ack
              WHERE replica = $4 AND renewals = $5 AND EXISTS (SELECT FROM head)
              RETURNING replica)
            INSERT INTO gateway_lost (replica, at) SELECT replica, clock_timestamp() FROM gone
            ON CONFLICT (replica) DO UPDATE SET at = excluded.at
            """;

  private final Fence fence;
  private final Found found;
  private final ConnectionFactory connections;
  private final WriterConnection connection;
  private final CommandQueue queue;
  private final AtomicReference<@Nullable Disposable> closing = new AtomicReference<>();

  /**
   * Takes over: ends the other writers' sessions, raises the term with a new leader's id and sets
   * the lease's duration in the feed's head.
   *
   * <p>A session that was stopped in the middle of a transaction holds the head's lock, in the
   * worst case for ever, and no term keeps it from that. So sessions of this role and database that
   * could still commit are ended first: those with the writer's application name, and all others in
   * the middle of a transaction (the removal of a gateway's row locks the head too). Idle ones of
   * the role (pools of readers) are left alone: whatever they begin later is refused by term and
   * leader.
   *
   * <p>Fails with UnfitStoreException, before anything is changed, when the store belongs to
   * another cluster.
   *
   * @param connections unpooled
   * @param clusterUid UID of the cluster's {@code kube-system} namespace, kept from the first time
   *     on; empty: not looked at
   */
  public static Mono<FeedWriter> lead(
      ConnectionFactory connections, LeaseTerms lease, String clusterUid) {
    return Mono.defer(() -> new Takeover(connections, lease, clusterUid).run());
  }

  /** As above, for a store that is tied to no cluster: tests and benchmarks. */
  public static Mono<FeedWriter> lead(ConnectionFactory connections, Duration lease) {
    return lead(connections, LeaseTerms.of(lease), "");
  }

  FeedWriter(ConnectionFactory connections, WriterConnection connection, Fence fence, Found found) {
    this.connections = connections;
    this.connection = connection;
    this.fence = fence;
    this.found = found;
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
    return found.lease();
  }

  /** How the store was when this term began. */
  public Found found() {
    return found;
  }

  /**
   * Whether a change is part of the present feed. A commit that was lost is not, nor one of an
   * earlier epoch.
   */
  public Mono<Boolean> has(FeedPosition position) {
    return inSession(
        session ->
            session
                .query(
                    HAS,
                    row -> Column.required(row, 0, Boolean.class),
                    position.epoch(),
                    position.seq(),
                    position.changeId())
                .single());
  }

  /** Where the feed ends, on the instance that this term began on and no other. */
  public Mono<FeedPosition> head() {
    return inSession(
        session ->
            session
                .query(
                    HEAD,
                    row ->
                        new FeedPosition(
                            Column.uuid(row, 0), Column.number(row, 1), Column.uuid(row, 2)),
                    fence.term(),
                    fence.leader(),
                    fence.instance().text())
                .singleOrEmpty()
                .switchIfEmpty(Mono.defer(() -> fence.broken(session))));
  }

  /**
   * A new random epoch: every reader reads everything again, and no acknowledgement of before
   * counts. Not while a command is under way.
   */
  public Mono<FeedPosition> startEpoch() {
    UUID epoch = UUID.randomUUID();
    UUID changeId = UUID.randomUUID();
    return inSession(
        session ->
            session
                .query(
                    START_EPOCH,
                    row -> new FeedPosition(epoch, Column.number(row, 0), changeId),
                    fence.term(),
                    fence.leader(),
                    fence.instance().text(),
                    changeId,
                    epoch)
                .singleOrEmpty()
                .switchIfEmpty(Mono.defer(() -> fence.broken(session))));
  }

  /**
   * Lets gateways rely on the instance that this term began on. Not while a command is under way.
   *
   * @param first nobody has relied on another one before
   */
  public Mono<Void> vouch(boolean first) {
    return inSession(
        session ->
            session
                .update(VOUCH, fence.term(), fence.leader(), fence.instance().text(), first)
                .flatMap(rows -> rows > 0 ? Mono.<Void>empty() : fence.broken(session)));
  }

  /**
   * Removes the row of a gateway if it was not renewed since, and this term still leads, and
   * remembers that the replica vanished; true when it is gone by this call. On a connection of its
   * own, outside of the feed.
   */
  public Mono<Boolean> removeReplica(UUID replica, long renewals) {
    return Session.with(
        connections,
        session ->
            session
                .update(
                    REMOVE_REPLICA,
                    fence.term(),
                    fence.leader(),
                    fence.instance().text(),
                    replica,
                    renewals)
                .map(rows -> rows > 0));
  }

  /**
   * Completes while this term leads; fails with DeposedException when another one does, and with
   * StoreUnavailableException on another instance.
   */
  public Mono<Void> confirmLead() {
    return inSession(
        session ->
            session
                .query(LEADS, row -> true, fence.term(), fence.leader(), fence.instance().text())
                .singleOrEmpty()
                .switchIfEmpty(Mono.defer(() -> fence.broken(session)))
                .then());
  }

  /** New for each term, also after a restore has brought the number of a term back. */
  public UUID leader() {
    return fence.leader();
  }

  /** On the writer's connection; limited in time, and the connection is ended when it failed. */
  private <T> Mono<T> inSession(Function<Session, Mono<T>> work) {
    return connection
        .session()
        .flatMap(work)
        .timeout(TRANSACTION_TIMEOUT)
        .onErrorMap(Session::isFailure, Session::unavailable)
        .onErrorResume(error -> connection.discard().then(Mono.error(error)));
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
   *   <li>{@code change_log}: below the head, below the anchor, and below the smallest position
   *       that a live gateway acknowledged in this epoch, and older than 1 hour;
   *   <li>{@code usage_hour}: hours more than 400 days ago;
   *   <li>{@code usage_cursor}: of replicas that are gone, 7 days after their last batch;
   *   <li>{@code gateway_lost}: after 7 days;
   *   <li>{@code straggler}: of versions that are not being replaced any more;
   *   <li>{@code audit}: older than 400 days.
   * </ul>
   *
   * <p>Rows of deleted keys and revoked versions stay: their hashes must never come back. Fails
   * with {@link StoreUnavailableException}; what was deleted until then stays deleted.
   *
   * @param anchor number of the change that is to be found again after a restore
   */
  public Mono<Void> prune(long anchor) {
    return Pruning.run(connections, anchor);
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

  /** Which instance of PostgreSQL an operator vouched for last. */
  public enum Vouched {
    NEVER,
    THIS,
    ANOTHER
  }

  /**
   * How the store was when a term began.
   *
   * @param lease what gateways may have been granted
   * @param vouchedFor how long ago an operator vouched, on the database's clock
   */
  public record Found(Duration lease, Instance instance, Vouched vouched, Duration vouchedFor) {}
}
