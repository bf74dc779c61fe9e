package dev.keygate.operator.cluster;

/** What a step was decided on is not so any more: read again. */
public final class StaleStateException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public StaleStateException(String message) {
    super(message);
  }
}
