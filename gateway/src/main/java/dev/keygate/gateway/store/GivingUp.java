package dev.keygate.gateway.store;

/** What becomes of the process when it can never serve again. Called once. */
@FunctionalInterface
public interface GivingUp {

  /**
   * @param reason an {@link dev.keygate.store.connection.UnfitStoreException} when the store
   *     answers and must not be used; anything else is a defect
   */
  void because(Throwable reason);
}
