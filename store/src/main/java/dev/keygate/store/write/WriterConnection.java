package dev.keygate.store.write;

import dev.keygate.store.connection.Session;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ValidationDepth;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The writer's one connection, opened again when it is lost. Used by one batch at a time. */
final class WriterConnection {

  /** Under this name a new leader finds the writers of its predecessors. */
  static final String APPLICATION_NAME = "keygate-feed-writer";

  /** A reply to COMMIT means that the commit survives a crash, whatever the server's default is. */
  private static final String PREPARE =
      """
      SELECT set_config('application_name', '%s', false),
             CASE WHEN current_setting('synchronous_commit') = 'off'
               THEN set_config('synchronous_commit', 'on', false) END
      """
          .formatted(APPLICATION_NAME);

  private final ConnectionFactory connections;
  private volatile @Nullable Connection current;

  WriterConnection(ConnectionFactory connections) {
    this.connections = connections;
  }

  Mono<Session> session() {
    return Mono.defer(
        () -> {
          Connection open = current;
          return open == null
              ? connect()
              : Mono.from(open.validate(ValidationDepth.LOCAL))
                  .flatMap(
                      valid -> valid ? Mono.just(new Session(open)) : discard().then(connect()));
        });
  }

  private Mono<Session> connect() {
    return Mono.<Connection>from(connections.create())
        .flatMap(
            connection -> {
              current = connection;
              Session session = new Session(connection);
              return session.query(PREPARE, row -> true).then(Mono.just(session));
            });
  }

  /** After a failure nothing is known about the session's transaction: the server ends it. */
  Mono<Void> discard() {
    return Mono.defer(
        () -> {
          Connection open = current;
          current = null;
          return open == null ? Mono.empty() : Session.close(open);
        });
  }
}
