package dev.keygate.operator.apikey;

/** The store answered that the state a step was decided on is not so any more: read again. */
final class StaleStateException extends RuntimeException {
  StaleStateException(String message) {
    super(message);
  }
}
