package dev.keygate.gateway.door;

/**
 * The upstream failed after the answer's head was sent. Has no cause on purpose: Spring would take
 * a "connection reset" in it for a client that left and end the answer cleanly.
 */
final class BrokenAnswer extends RuntimeException {

  private static final long serialVersionUID = 1L;

  BrokenAnswer(String correlationId, Throwable failure) {
    super(
        "answer " + correlationId + " broken off: " + failure.getClass().getSimpleName(),
        null,
        false,
        false);
  }
}
