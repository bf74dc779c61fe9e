package dev.keygate.local.controlplane;

/** No way led to the programs. The message says what was tried and what to do next. */
public final class ControlPlaneUnavailableException extends RuntimeException {

  ControlPlaneUnavailableException(String message) {
    super(message);
  }
}
