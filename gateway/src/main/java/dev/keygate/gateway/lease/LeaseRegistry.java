package dev.keygate.gateway.lease;

import dev.keygate.store.feed.FeedPosition;
import dev.keygate.store.lease.Replicas;
import java.time.Instant;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** What the keeper asks of the store, for this one replica. */
public interface LeaseRegistry {

  Mono<Void> register();

  /**
   * Empty: this replica's row is gone, or the position is not in the feed any more.
   *
   * @param flushedAt up to when this replica's counts are stored, as {@link Replicas#renew} has it
   */
  Mono<Replicas.Renewed> renew(FeedPosition applied, Instant flushedAt);

  Mono<Void> deregister();

  /**
   * The real one.
   *
   * @param following on the connection that follows the feed
   * @param departing on any connection: when the row is given up nothing is followed any more, and
   *     deleting at a wrong server only makes the operator wait for the lease
   * @param replica made for this process start and never used again (rule 7)
   * @param name for people
   */
  static LeaseRegistry of(Replicas following, Replicas departing, UUID replica, String name) {
    return new LeaseRegistry() {
      @Override
      public Mono<Void> register() {
        return following.register(replica, name);
      }

      @Override
      public Mono<Replicas.Renewed> renew(FeedPosition applied, Instant flushedAt) {
        return following.renew(replica, applied, flushedAt);
      }

      @Override
      public Mono<Void> deregister() {
        return departing.deregister(replica);
      }
    };
  }
}
