package dev.keygate.store.feed;

import java.util.List;

/**
 * What is kept current by {@link FeedReader}: the gateway's key view. All calls come one after the
 * other, never at once; none may block.
 */
public interface FeedFollower {

  /** Begins a full view. What was held stays in force until {@link Loader#commit}. */
  Loader load();

  /** Applies changes in order, as one swap; {@code to} is the position after the last one. */
  void apply(FeedPosition to, List<Change> changes);

  /** Collects a full view; dropped without a call when reading it fails half-way. */
  interface Loader {
    void organization(FeedOrganization organization);

    void key(FeedKey key);

    /** Puts the collected view in force, as one swap. */
    void commit(FeedPosition at);
  }
}
