package dev.keygate.store.connection;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.ConnectionFactory;
import java.nio.file.Path;

/**
 * Where the store is and as which role to connect.
 *
 * @param url {@code r2dbc:postgresql://host:port/database}, without credentials
 * @param username the role: the migration's, the operator's or the gateway's
 * @param passwordFile read at each new connection, so a rotated password is picked up; surrounding
 *     white space is ignored
 */
public record StoreSettings(String url, String username, Path passwordFile) {

  /** Unpooled connections, with TCP keep-alive and timeouts, for LISTEN and the writer. */
  public ConnectionFactory unpooled(String applicationName) {
    throw new UnsupportedOperationException();
  }

  /** A small pool for short statements. */
  public ConnectionPool pool(String applicationName, int maxSize) {
    throw new UnsupportedOperationException();
  }
}
