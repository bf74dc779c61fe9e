package dev.keygate.store.write;

/** Another operator leads: zero rows matched this term. The process must exit. */
public final class DeposedException extends RuntimeException {
  public DeposedException(String message) {
    super(message);
  }
}
