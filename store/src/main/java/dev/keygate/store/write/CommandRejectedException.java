package dev.keygate.store.write;

/**
 * This command, and it alone, cannot be carried out as it is: a value that the schema does not
 * allow. Nothing was written. Not retried.
 */
public final class CommandRejectedException extends RuntimeException {
  public CommandRejectedException(String message, Throwable cause) {
    super(message, cause);
  }
}
