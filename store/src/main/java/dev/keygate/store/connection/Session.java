package dev.keygate.store.connection;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.Wrapped;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * SQL on one connection, for the packages of this module only. Statements run one after the other;
 * each is sent together with its Sync unless it says otherwise.
 */
public record Session(Connection connection) {

  /** How long a whole piece of short work may take, from asking for the connection on. */
  public static final Duration TIMEOUT = Duration.ofSeconds(15);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  /**
   * Runs short work on a connection of its own and gives the connection back. One on which the work
   * failed, ran out of time or was cancelled is ended instead: its peer may be gone without a word,
   * and the next work would wait for it too.
   */
  public static <T> Mono<T> with(ConnectionFactory connections, Function<Session, Mono<T>> work) {
    return Mono.usingWhen(
            Mono.from(connections.create()),
            connection -> work.apply(new Session(connection)),
            Session::close,
            (connection, error) -> discard(connection),
            Session::discard)
        .timeout(TIMEOUT)
        .onErrorMap(Session::isFailure, Session::unavailable);
  }

  public static <T> Mono<T> with(Sessions sessions, Function<Session, Mono<T>> work) {
    return sessions.with(work);
  }

  /**
   * Longer work under the same rules. Opening the connection is limited; limits on the statements
   * are the caller's.
   */
  public static <T> Flux<T> stream(ConnectionFactory connections, Function<Session, Flux<T>> work) {
    return Flux.usingWhen(
            Mono.from(connections.create()).timeout(TIMEOUT),
            connection -> work.apply(new Session(connection)),
            Session::close,
            (connection, error) -> discard(connection),
            Session::discard)
        .onErrorMap(Session::isFailure, Session::unavailable);
  }

  /** Ends the connection under a pool's wrapper; the pool then finds it closed and drops it. */
  private static Mono<Void> discard(Connection connection) {
    Object inner = connection instanceof Wrapped<?> wrapped ? wrapped.unwrap() : null;
    return inner instanceof Connection real
        ? close(real).then(Mono.defer(() -> close(connection)))
        : close(connection);
  }

  /** Ends a connection, or gives it back; never fails and never waits long for a dead peer. */
  public static Mono<Void> close(Connection connection) {
    return Mono.from(connection.close()).timeout(CLOSE_TIMEOUT).onErrorComplete();
  }

  /** Parameters are {@code $1}, {@code $2}, ...; none of them may be null. */
  public <T> Flux<T> query(String sql, Function<Row, T> mapper, Object... parameters) {
    return Flux.from(statement(sql, parameters).fetchSize(0).execute())
        .concatMap(result -> result.map((row, metadata) -> mapper.apply(row)));
  }

  /**
   * Streams a large result. The server is left in the middle of a pipeline between two portions:
   * never while holding a lock.
   */
  public <T> Flux<T> stream(
      String sql, int portion, Function<Row, T> mapper, Object... parameters) {
    return Flux.from(statement(sql, parameters).fetchSize(portion).execute())
        .concatMap(result -> result.map((row, metadata) -> mapper.apply(row)));
  }

  /** The number of rows that the statement wrote. */
  public Mono<Long> update(String sql, Object... parameters) {
    return Flux.from(statement(sql, parameters).fetchSize(0).execute())
        .concatMap(result -> result.getRowsUpdated())
        .reduce(0L, Long::sum);
  }

  /** Runs a statement whose result nobody needs. */
  public Mono<Void> run(String sql, Object... parameters) {
    return update(sql, parameters).then();
  }

  /** What the driver, the network or a timeout reports, as opposed to a mistake in our own code. */
  public static boolean isFailure(Throwable error) {
    return error instanceof R2dbcException
        || error instanceof IOException
        || error instanceof TimeoutException;
  }

  public static StoreUnavailableException unavailable(Throwable error) {
    String what = error instanceof TimeoutException ? "no answer in time" : withRoot(error);
    return new StoreUnavailableException("PostgreSQL is not available: " + what, error);
  }

  /** "Cannot connect" alone does not help: the innermost cause says why. */
  private static String withRoot(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = String.valueOf(error.getMessage());
    String why = String.valueOf(root.getMessage());
    return message.contains(why) ? message : message + ": " + why;
  }

  private Statement statement(String sql, Object... parameters) {
    Statement statement = connection.createStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.bind(i, parameters[i]);
    }
    return statement;
  }
}
