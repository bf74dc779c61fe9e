package dev.keygate.operator.finality;

import dev.keygate.store.feed.FeedPosition;

/** What has to be on record outside of PostgreSQL before anybody is told that a change is final. */
@FunctionalInterface
public interface Barrier {

  /**
   * Throws KubernetesClientException when it could not be recorded, AnchorLostException when
   * another term has taken over: nothing is final then.
   */
  void raise(FeedPosition position);
}
