package dev.keygate.store.connection;

import io.r2dbc.spi.ConnectionFactory;
import reactor.core.publisher.Mono;

/** Refuses a server that the feed's guarantees do not hold on. */
public final class StoreCheck {

  private StoreCheck() {}

  /**
   * Completes when the server fits; fails with {@link UnfitStoreException} for a standby, a
   * transaction-mode pooler, a version before 15, a schema that is older or newer than this build;
   * with {@link StoreUnavailableException} when it cannot be reached (retry that one).
   */
  public static Mono<Void> verify(ConnectionFactory connections) {
    throw new UnsupportedOperationException();
  }
}
