package dev.keygate.store.read;

import dev.keygate.store.feed.FeedPosition;
import io.r2dbc.spi.ConnectionFactory;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the operator decides on. Each method is one consistent statement. */
public final class StoreReader {

  public StoreReader(ConnectionFactory connections) {
    throw new UnsupportedOperationException();
  }

  public Mono<FeedPosition> head() {
    throw new UnsupportedOperationException();
  }

  /** The key with all its versions, oldest first; revoked ones and deleted keys too. */
  public Mono<Optional<KeyRecord>> key(String uid) {
    throw new UnsupportedOperationException();
  }

  /** Every key that has a usable version, for the sweep; streamed. */
  public Flux<KeyRecord> usableKeys() {
    throw new UnsupportedOperationException();
  }

  public Mono<List<OrganizationRecord>> organizations() {
    throw new UnsupportedOperationException();
  }
}
