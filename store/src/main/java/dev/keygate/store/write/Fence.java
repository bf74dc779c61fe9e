package dev.keygate.store.write;

import dev.keygate.store.connection.Column;
import dev.keygate.store.connection.Instance;
import dev.keygate.store.connection.Session;
import dev.keygate.store.connection.StoreUnavailableException;
import java.util.UUID;
import reactor.core.publisher.Mono;

/**
 * What every write of one leadership carries (rule 9 of the lease protocol). The leader's id is new
 * at each acquisition: a restored database can bring an old term back. On another instance of
 * PostgreSQL than the one that was led at first nothing is written: commits may be missing there.
 */
record Fence(long term, UUID leader, Instance instance) {

  /** Of {@code feed_head}; parameters 1 to 3 are ours. */
  static final String HOLDS = "id = 1 AND term = $1 AND leader = $2 AND keygate_instance() = $3";

  /** Why a statement under this fence touched nothing: always an error. */
  <T> Mono<T> broken(Session session) {
    return session
        .query(
            "SELECT keygate_instance(), term FROM feed_head WHERE id = 1",
            row ->
                new Instance(Column.text(row, 0)).equals(instance)
                    ? deposed(Column.number(row, 1))
                    : moved())
        .single()
        .flatMap(Mono::error);
  }

  private DeposedException deposed(long found) {
    return new DeposedException(
        "another operator has taken over the store: expected term %d of this one, found term %d"
            .formatted(term, found));
  }

  /** The term has to begin anew, and to vouch; until then the store is as good as away. */
  private static StoreUnavailableException moved() {
    return new StoreUnavailableException(
        "PostgreSQL was restarted, failed over or restored since this term began",
        new IllegalStateException("another instance"));
  }
}
