package dev.keygate.store.connection;

/** The server answers but must not be used; the message says why and what to do. Not retried. */
public final class UnfitStoreException extends RuntimeException {
  public UnfitStoreException(String message) {
    super(message);
  }
}
