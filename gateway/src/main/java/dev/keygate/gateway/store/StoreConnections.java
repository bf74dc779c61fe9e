package dev.keygate.gateway.store;

import dev.keygate.store.connection.StoreSettings;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.ConnectionFactory;
import reactor.core.publisher.Mono;

/** One connection that follows the feed, and a few for short statements. */
public final class StoreConnections {

  private static final int SHORT_STATEMENTS = 3;

  private final ConnectionFactory feed;
  private final ConnectionPool pool;

  public StoreConnections(StoreSettings settings) {
    this.feed = settings.unpooled("keygate-gateway-feed");
    this.pool = settings.pool("keygate-gateway", SHORT_STATEMENTS);
  }

  public ConnectionFactory feed() {
    return feed;
  }

  public ConnectionFactory pool() {
    return pool;
  }

  Mono<Void> close() {
    return pool.disposeLater();
  }
}
