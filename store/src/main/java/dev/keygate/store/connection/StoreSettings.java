package dev.keygate.store.connection;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.ValidationDepth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;

/**
 * Where the store is and as which role to connect.
 *
 * @param url {@code r2dbc:postgresql://host:port/database}, without credentials; the driver's own
 *     options (such as {@code ?sslMode=verify-full}) may follow
 * @param username the role: the migration's, the operator's or the gateway's
 * @param passwordFile read at each new connection, so a rotated password is picked up; surrounding
 *     white space is ignored
 */
public record StoreSettings(String url, String username, Path passwordFile) {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** How long an idle connection of a pool may take to show that it still works. */
  private static final Duration VALIDATION_TIMEOUT = Duration.ofSeconds(2);

  /**
   * For the server's side only: it ends a session that holds a lock and went silent, and notices a
   * client whose host is gone, within seconds. A client notices that its server is gone by the
   * timeouts of its own statements.
   */
  private static final Map<String, String> SERVER_OPTIONS =
      Map.of(
          "idle_in_transaction_session_timeout", "5s",
          "statement_timeout", "10s",
          "lock_timeout", "2s",
          "tcp_keepalives_idle", "5",
          "tcp_keepalives_interval", "2",
          "tcp_keepalives_count", "3",
          "tcp_user_timeout", "10s",
          "client_connection_check_interval", "2s");

  /** Threads of its own: reading a full view must not hold up the requests of a gateway. */
  private static final class Loops {
    static final LoopResources STORE = LoopResources.create("keygate-store", 2, true);
  }

  /** Throws IllegalArgumentException for a URL that is not of this form or has credentials. */
  public StoreSettings {
    StoreUrl.problem(url)
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException(
                  "the store's URL must be " + StoreUrl.FORM + ", but it " + problem);
            });
    if (username.isBlank()) {
      throw new IllegalArgumentException("the store's username is empty");
    }
  }

  /** Unpooled connections, with TCP keep-alive and timeouts, for LISTEN and the writer. */
  public ConnectionFactory unpooled(String applicationName) {
    return new PostgresqlConnectionFactory(
        PostgresqlConnectionFactoryProvider.builder(
                options().mutate().option(ConnectionFactoryOptions.USER, username).build())
            .password(
                Mono.<CharSequence>fromCallable(this::password)
                    .subscribeOn(Schedulers.boundedElastic()))
            .applicationName(applicationName)
            .connectTimeout(CONNECT_TIMEOUT)
            .tcpKeepAlive(true)
            .tcpNoDelay(true)
            .loopResources(Loops.STORE)
            .options(SERVER_OPTIONS)
            .build());
  }

  /**
   * A small pool for short statements. A connection is asked for an answer before it is lent (a
   * host that vanished closes nothing, so what is known here says little), and dropped when it
   * comes back closed.
   */
  public ConnectionPool pool(String applicationName, int maxSize) {
    return new ConnectionPool(
        ConnectionPoolConfiguration.builder(unpooled(applicationName))
            .name(applicationName)
            .initialSize(0)
            .maxSize(maxSize)
            .maxIdleTime(Duration.ofMinutes(5))
            .maxLifeTime(Duration.ofMinutes(30))
            .maxAcquireTime(Session.TIMEOUT)
            .validationDepth(ValidationDepth.REMOTE)
            .maxValidationTime(VALIDATION_TIMEOUT)
            .acquireRetry(maxSize)
            .preRelease(StoreSettings::requireOpen)
            .build());
  }

  /** An error makes the pool drop the connection. */
  private static Mono<Void> requireOpen(Connection connection) {
    return Mono.from(connection.validate(ValidationDepth.LOCAL))
        .flatMap(
            open ->
                open
                    ? Mono.empty()
                    : Mono.error(
                        new R2dbcNonTransientResourceException("the connection was ended")));
  }

  /** The password as it is now; fails when the file cannot be read or is empty. */
  public String password() throws IOException {
    String password;
    try {
      password = Files.readString(passwordFile).strip();
    } catch (IOException e) {
      throw new IOException("the password file " + passwordFile + " cannot be read");
    }
    if (password.isEmpty()) {
      throw new IOException("the password file " + passwordFile + " is empty");
    }
    return password;
  }

  /** Host, port, database and options as parsed from the URL. */
  public ConnectionFactoryOptions options() {
    return ConnectionFactoryOptions.parse(url);
  }
}
