package dev.keygate.local.process;

import java.util.List;

/** A short command ended with an exit code other than 0. */
public final class CommandFailedException extends RuntimeException {

  private static final int LONGEST = 2000;

  private final String output;

  CommandFailedException(List<String> command, int code, String output) {
    super(
        "`%s` failed with exit code %d: %s"
            .formatted(String.join(" ", command), code, shortened(output.strip())));
    this.output = output;
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST ? text : "…" + text.substring(text.length() - LONGEST);
  }

  /** What it printed, errors included. */
  public String output() {
    return output;
  }
}
