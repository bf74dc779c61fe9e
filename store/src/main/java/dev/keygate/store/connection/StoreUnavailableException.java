package dev.keygate.store.connection;

/**
 * The store could not be reached or did not answer in time. What was asked may have happened: read
 * before deciding again. Retried for ever.
 */
public final class StoreUnavailableException extends RuntimeException {
  public StoreUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
