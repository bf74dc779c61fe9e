package dev.keygate.store.write;

import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * The only writer of organizations and keys, for one term of leadership. Commands that arrive while
 * a transaction is under way are committed together in the next one (one feed number, at most
 * {@value #MAX_BATCH} commands); a command that breaks its transaction is tried again alone, so it
 * fails alone.
 */
public final class FeedWriter implements AutoCloseable {

  public static final int MAX_BATCH = 256;

  /**
   * Takes over: ends every other backend of the operator's role, raises the term and sets the
   * lease's duration in the feed's head.
   *
   * @param connections unpooled
   */
  public static Mono<FeedWriter> lead(ConnectionFactory connections, Duration lease) {
    throw new UnsupportedOperationException();
  }

  private FeedWriter() {}

  public long term() {
    throw new UnsupportedOperationException();
  }

  /**
   * Fails with {@link DeposedException}, or with StoreUnavailableException, after which the command
   * may have happened. Safe from any thread.
   */
  public <R> Mono<Committed<R>> submit(Command<R> command) {
    throw new UnsupportedOperationException();
  }

  /** Deletes old rows of log, usage and audit by the rule in docs/architecture.md. */
  public Mono<Void> prune() {
    throw new UnsupportedOperationException();
  }

  /** Ends the connection; what is queued fails. */
  @Override
  public void close() {}
}
