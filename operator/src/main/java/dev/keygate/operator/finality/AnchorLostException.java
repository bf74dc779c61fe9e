package dev.keygate.operator.finality;

/** Another term has claimed the anchor: what this one believes to be final may not be so. */
public final class AnchorLostException extends RuntimeException {
  AnchorLostException(String message) {
    super(message);
  }
}
