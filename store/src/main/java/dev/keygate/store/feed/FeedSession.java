package dev.keygate.store.feed;

import dev.keygate.store.connection.Column;
import dev.keygate.store.connection.Instance;
import dev.keygate.store.connection.Session;
import dev.keygate.store.feed.FeedFollower.Loader;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One connection's share of following the feed; ends with an error, never by itself. */
final class FeedSession {

  private static final Logger LOGGER = LoggerFactory.getLogger(FeedSession.class);

  /** The name on which the writer notifies. */
  static final String CHANNEL = "keygate";

  /** Longest wait for a part of a full view, which the server sorts first. */
  private static final Duration LOAD_TIMEOUT = Duration.ofSeconds(60);

  /** How long the first row of a short read may take; a server that is slower is given up. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

  /** How long a read of changes may take altogether. */
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);

  private static final int PORTION = 5_000;

  private static final String HEAD = "SELECT epoch, seq, change_id FROM feed_head WHERE id = 1";

  private static final String ORGANIZATIONS =
      """
      SELECT id, name, parent_id, display_name, permissions, suspended, created_at, updated_at
      FROM organization WHERE $1
      """;

  /** Head, the change id at the applied position and the rows after it, in one snapshot. */
  private static final String CHANGES =
      """
      SELECT h.epoch, h.seq, h.change_id,
             (SELECT a.change_id FROM change_log a WHERE a.seq = $1 ORDER BY a.ord LIMIT 1),
             l.seq, l.kind, l.payload
      FROM feed_head h LEFT JOIN change_log l ON l.seq > $1
      WHERE h.id = 1
      ORDER BY l.seq, l.ord LIMIT $2
      """;

  private final Session session;
  private final PostgresqlConnection connection;
  private final Duration pollInterval;
  private final FeedFollower follower;
  private final Errands errands;

  FeedSession(
      Connection connection, Duration pollInterval, FeedFollower follower, Errands errands) {
    this.session = new Session(connection);
    this.connection = unwrap(connection);
    this.pollInterval = pollInterval;
    this.follower = follower;
    this.errands = errands;
  }

  /**
   * Emits the position after each successful read. Notifications, polls and errands only say
   * "look": while a read is under way any number of them leads to one more. What waits is done
   * before the read, so that a renewal's head is read at once.
   */
  Flux<FeedPosition> run(FeedReader.Progress progress) {
    Flux<Object> hints =
        Flux.<Object>merge(
                connection.getNotifications(),
                errands.wakes(),
                Flux.interval(pollInterval).onBackpressureDrop(),
                Mono.just("look for what came before we listened"))
            .onBackpressureLatest();
    return Instance.requireVouched(session)
        .then(session.run("LISTEN " + CHANNEL))
        .timeout(Session.TIMEOUT)
        .thenMany(
            switch (progress.applied()) {
              case Nothing nothing -> load(progress);
              case Upto upto -> Mono.<FeedPosition>empty();
            })
        .concatWith(hints.concatMap(hint -> errands.run(session).then(read(progress)), 0));
  }

  private Mono<FeedPosition> read(FeedReader.Progress progress) {
    return switch (progress.applied()) {
      case Nothing nothing -> load(progress);
      case Upto(var position) ->
          session
              .query(CHANGES, FeedSession::entry, position.seq(), FeedStep.MOST_ENTRIES + 1)
              .timeout(Mono.delay(ANSWER_TIMEOUT))
              .collectList()
              .timeout(READ_TIMEOUT)
              .flatMap(
                  entries ->
                      switch (FeedStep.next(position, entries)) {
                        case FeedStep.Unchanged unchanged -> Mono.just(position);
                        case FeedStep.Advance advance -> apply(progress, advance);
                        case FeedStep.Mismatch(var why) -> loadAgain(progress, position, why);
                      });
    };
  }

  private Mono<FeedPosition> apply(FeedReader.Progress progress, FeedStep.Advance advance) {
    return Mono.fromCallable(
        () -> {
          progress.forget();
          follower.apply(advance.to(), advance.changes());
          progress.moved(advance.to());
          return advance.to();
        });
  }

  private Mono<FeedPosition> loadAgain(
      FeedReader.Progress progress, FeedPosition held, String why) {
    LOGGER
        .atWarn()
        .addKeyValue("seq", held.seq())
        .addKeyValue("reason", why)
        .log("what is held does not go on in the change feed, reading everything again");
    return load(progress);
  }

  private Mono<FeedPosition> load(FeedReader.Progress progress) {
    return Mono.defer(
        () -> {
          progress.forget();
          Loader loader = follower.load();
          return session
              .run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
              .then(session.run("SET LOCAL statement_timeout = " + LOAD_TIMEOUT.toMillis()))
              .then(session.query(HEAD, row -> position(row)).single())
              .timeout(Session.TIMEOUT)
              .flatMap(
                  head ->
                      session.stream(ORGANIZATIONS, PORTION, FeedSession::organization, true)
                          .doOnNext(loader::organization)
                          .then()
                          .timeout(LOAD_TIMEOUT)
                          .then(KeyPages.read(session, LOAD_TIMEOUT, loader::key))
                          .then(session.run("COMMIT").timeout(Session.TIMEOUT))
                          .then(
                              Mono.fromCallable(
                                  () -> {
                                    loader.commit(head);
                                    progress.moved(head);
                                    return head;
                                  })));
        });
  }

  private static FeedPosition position(Row row) {
    return new FeedPosition(Column.uuid(row, 0), Column.number(row, 1), Column.uuid(row, 2));
  }

  private static FeedOrganization organization(Row row) {
    return new FeedOrganization(
        Column.text(row, 0),
        Column.text(row, 1),
        row.get(2, String.class),
        Column.text(row, 3),
        Column.optionalTexts(row, 4),
        Column.required(row, 5, Boolean.class),
        Column.instant(row, 6),
        Column.instant(row, 7));
  }

  private static FeedStep.Entry entry(Row row) {
    Long seq = row.get(4, Long.class);
    return new FeedStep.Entry(
        position(row),
        row.get(3, UUID.class),
        seq == null ? null : new FeedStep.Logged(seq, Column.text(row, 5), Column.text(row, 6)));
  }

  private static PostgresqlConnection unwrap(Connection connection) {
    @Nullable Object candidate = connection;
    while (candidate != null && !(candidate instanceof PostgresqlConnection)) {
      candidate = candidate instanceof Wrapped<?> wrapped ? wrapped.unwrap() : null;
    }
    if (candidate instanceof PostgresqlConnection found) {
      return found;
    }
    throw new IllegalArgumentException(
        "following the feed needs a connection of r2dbc-postgresql, found "
            + connection.getClass().getName());
  }

  /** What the follower holds. */
  sealed interface Applied {}

  record Nothing() implements Applied {}

  record Upto(FeedPosition position) implements Applied {}
}
