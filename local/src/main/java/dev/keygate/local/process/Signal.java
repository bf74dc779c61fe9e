package dev.keygate.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Sends signals that {@link ProcessHandle} has no method for. */
final class Signal {

  private Signal() {}

  /** Does nothing when the process is gone. */
  static void send(String name, long pid) throws InterruptedException {
    try {
      new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + pid)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException("can't run /bin/sh", e);
    }
  }
}
