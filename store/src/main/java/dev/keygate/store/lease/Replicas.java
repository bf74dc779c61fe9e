package dev.keygate.store.lease;

import dev.keygate.store.feed.FeedPosition;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The rows of live gateway replicas ({@code gateway_ack}). A gateway registers once, in a commit of
 * its own, then only renews; only the operator removes a row that it saw unchanged for the lease.
 */
public final class Replicas {

  public Replicas(ConnectionFactory connections) {
    throw new UnsupportedOperationException();
  }

  /**
   * Gateway: makes the row and commits. Only a statement begun afterwards may grant a lease.
   *
   * @param replica one id per process start, never reused
   * @param name for people: the pod's name
   */
  public Mono<Void> register(UUID replica, String name) {
    throw new UnsupportedOperationException();
  }

  /**
   * Gateway: renews and acknowledges {@code applied}; updates only. Empty when the row is gone: the
   * lease ends at once and the gateway registers again under the same rules.
   */
  public Mono<Renewed> renew(UUID replica, FeedPosition applied) {
    throw new UnsupportedOperationException();
  }

  /** Gateway, after its last answer. */
  public Mono<Void> deregister(UUID replica) {
    throw new UnsupportedOperationException();
  }

  /** Operator: all rows. */
  public Mono<List<Replica>> all() {
    throw new UnsupportedOperationException();
  }

  /** Operator: removes the row if it was not renewed since; true when it is gone by this call. */
  public Mono<Boolean> remove(UUID replica, long renewals) {
    throw new UnsupportedOperationException();
  }

  /**
   * @param head what the same statement read
   * @param lease how long a view that has reached {@code head} stays fresh, from before the request
   */
  public record Renewed(FeedPosition head, Duration lease) {}

  /**
   * @param applied what it acknowledged last; null before the first renewal
   * @param renewals counts up with each renewal
   */
  public record Replica(UUID id, String name, @Nullable FeedPosition applied, long renewals) {}
}
