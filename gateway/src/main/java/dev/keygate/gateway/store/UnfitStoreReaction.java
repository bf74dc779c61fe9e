package dev.keygate.gateway.store;

import dev.keygate.store.connection.UnfitStoreException;

/** What becomes of the process when the store answers and must not be used. Called once. */
@FunctionalInterface
public interface UnfitStoreReaction {
  void to(UnfitStoreException reason);
}
