package dev.keygate.store.connection;

import io.r2dbc.spi.ConnectionFactory;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** Where short work finds a session; for the packages of this module only. */
public interface Sessions {

  /** Fails with {@link StoreUnavailableException} when the work was not done, or nobody knows. */
  <T> Mono<T> with(Function<Session, Mono<T>> work);

  /** A connection for each piece of work, as in {@link Session#with}. */
  static Sessions of(ConnectionFactory connections) {
    return new Sessions() {
      @Override
      public <T> Mono<T> with(Function<Session, Mono<T>> work) {
        return Session.with(connections, work);
      }
    };
  }
}
