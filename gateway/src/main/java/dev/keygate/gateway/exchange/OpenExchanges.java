package dev.keygate.gateway.exchange;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Every exchange from the decision that allowed it until its end. Any thread; registering and
 * closing take no lock that another request could hold for long.
 */
public final class OpenExchanges {

  /** An open stream outlives its key by this at most, and by what a swap takes. */
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(250);

  private final Set<Handle> open = ConcurrentHashMap.newKeySet();

  /**
   * From now on it is open.
   *
   * @param keyId id of the key's version
   * @param look looks at the key again and ends the exchange when it must not go on; called from
   *     any thread, more than once, also shortly after {@link Handle#close}; must neither block nor
   *     fail
   */
  public Handle register(String keyId, Runnable look) {
    Handle handle = new Handle(keyId, look);
    open.add(handle);
    return handle;
  }

  /**
   * Never completes; cancel to stop. Notices what no swap announces: keys that expire, and the end
   * of the lease.
   */
  public Mono<Void> keepLooking() {
    return Flux.interval(LOOK_INTERVAL).onBackpressureDrop().doOnNext(tick -> lookAgain()).then();
  }

  /** Has every open exchange looked at again. One that registers meanwhile may be left out. */
  public void lookAgain() {
    for (Handle handle : open) {
      handle.look.run();
    }
  }

  /** The key versions that have at least one open exchange. */
  public Set<String> openKeyIds() {
    Set<String> keyIds = new HashSet<>();
    for (Handle handle : open) {
      keyIds.add(handle.keyId);
    }
    return keyIds;
  }

  public int size() {
    return open.size();
  }

  /** One open exchange. */
  public final class Handle {
    private final String keyId;
    private final Runnable look;

    /** Cheaper than an identity hash, which each new object would have to be given. */
    private final int hash = ThreadLocalRandom.current().nextInt();

    private Handle(String keyId, Runnable look) {
      this.keyId = keyId;
      this.look = look;
    }

    /** It is over; the second call does nothing. */
    public void close() {
      open.remove(this);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }
  }
}
