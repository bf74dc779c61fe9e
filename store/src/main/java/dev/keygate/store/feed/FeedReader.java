package dev.keygate.store.feed;

import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * Follows the feed on one dedicated connection: LISTEN, then head and everything in one REPEATABLE
 * READ transaction, then rows after the applied position on each notification and at each poll. A
 * mismatch (epoch, change id, gap) leads to a full view again; a lost connection to a new one, for
 * ever, with a capped delay.
 */
public final class FeedReader {

  /**
   * @param connections an unpooled factory
   * @param pollInterval how often to read when no notification arrives
   */
  public FeedReader(ConnectionFactory connections, Duration pollInterval) {
    throw new UnsupportedOperationException();
  }

  /** Never completes; cancel to stop. Logs once when the store is lost and once when it is back. */
  public Mono<Void> follow(FeedFollower follower) {
    throw new UnsupportedOperationException();
  }
}
