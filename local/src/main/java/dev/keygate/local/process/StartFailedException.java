package dev.keygate.local.process;

/** A process ended, or never became ready. The message names it and shows the end of its log. */
public final class StartFailedException extends RuntimeException {

  StartFailedException(String message) {
    super(message);
  }
}
