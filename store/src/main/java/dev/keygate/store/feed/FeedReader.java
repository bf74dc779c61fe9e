package dev.keygate.store.feed;

import dev.keygate.store.connection.Session;
import dev.keygate.store.connection.Sessions;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Follows the feed on one dedicated connection: LISTEN, then head and everything in one REPEATABLE
 * READ transaction, then rows after the applied position on each notification and at each poll. A
 * mismatch (epoch, change id, gap) leads to a full view again; a lost connection to a new one, for
 * ever, with a capped delay. A new connection goes on from the applied position, under the same
 * checks.
 *
 * <p>Work that is given to it runs on that same connection, between two reads: two connections can
 * end at two servers, and then a renewal would vouch for a view that another server has left
 * behind.
 */
public final class FeedReader implements Sessions {

  private static final Logger LOGGER = LoggerFactory.getLogger(FeedReader.class);

  private static final Duration FIRST_DELAY = Duration.ofMillis(100);
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(5);

  private final ConnectionFactory connections;
  private final Duration pollInterval;
  private final Errands errands = new Errands();

  /**
   * @param connections an unpooled factory
   * @param pollInterval how often to read when no notification arrives
   */
  public FeedReader(ConnectionFactory connections, Duration pollInterval) {
    this.connections = connections;
    this.pollInterval = pollInterval;
  }

  /** Never completes; cancel to stop. Logs once when the store is lost and once when it is back. */
  public Mono<Void> follow(FeedFollower follower) {
    return Mono.defer(
        () -> {
          Progress progress = new Progress();
          return Flux.usingWhen(
                  connect(),
                  connection ->
                      new FeedSession(connection, pollInterval, follower, errands).run(progress),
                  Session::close)
              .doOnNext(position -> progress.reached(position))
              .doOnError(progress::lost)
              .retryWhen(
                  Retry.backoff(Long.MAX_VALUE, FIRST_DELAY)
                      .maxBackoff(LONGEST_DELAY)
                      .transientErrors(true))
              .then();
        });
  }

  /**
   * Waits for a connection that follows the feed, for as long as short work may take altogether.
   */
  @Override
  public <T> Mono<T> with(Function<Session, Mono<T>> work) {
    return errands
        .ask(work)
        .timeout(Session.TIMEOUT)
        .onErrorMap(Session::isFailure, Session::unavailable);
  }

  private Mono<Connection> connect() {
    return Mono.<Connection>from(connections.create()).timeout(Session.TIMEOUT);
  }

  /** Where this follower stands, kept from one connection to the next; signals come one by one. */
  static final class Progress {
    private volatile FeedSession.Applied applied = new FeedSession.Nothing();
    private boolean lost;

    FeedSession.Applied applied() {
      return applied;
    }

    /** After a follower failed half-way nothing is known about what it holds. */
    void forget() {
      applied = new FeedSession.Nothing();
    }

    void moved(FeedPosition to) {
      applied = new FeedSession.Upto(to);
    }

    private void reached(FeedPosition position) {
      if (lost) {
        lost = false;
        LOGGER.atInfo().addKeyValue("seq", position.seq()).log("change feed is followed again");
      }
    }

    private void lost(Throwable error) {
      if (!lost) {
        lost = true;
        LOGGER
            .atWarn()
            .addKeyValue("error", String.valueOf(error.getMessage()))
            .log("change feed is lost, trying again until it is back");
      }
    }
  }
}
