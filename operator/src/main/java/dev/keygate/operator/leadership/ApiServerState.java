package dev.keygate.operator.leadership;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the API server answers, as the renewals of the Lease show it; logged when it changes. */
final class ApiServerState {

  private static final Logger LOGGER = LoggerFactory.getLogger(ApiServerState.class);

  private final AtomicBoolean up = new AtomicBoolean(true);
  private final AtomicBoolean expected = new AtomicBoolean(true);

  boolean isUp() {
    return up.get();
  }

  void answered() {
    expected.set(true);
    if (up.compareAndSet(false, true)) {
      LOGGER.atInfo().log("API server is back");
    }
  }

  void failed(Exception e) {
    if (up.compareAndSet(true, false)) {
      LOGGER.atWarn().addKeyValue("error", root(e)).log("API server can't be used, will retry");
    }
  }

  /** What no answer of an API server explains is worth its stack trace. */
  void unexpected(Throwable e) {
    up.set(false);
    if (expected.compareAndSet(true, false)) {
      LOGGER.atError().setCause(e).log("the lease can't be used, will retry");
    }
  }

  private static String root(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getClass().getSimpleName() + ": " + cause.getMessage();
  }
}
