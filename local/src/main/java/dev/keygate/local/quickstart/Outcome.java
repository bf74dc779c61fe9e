package dev.keygate.local.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** How a start came out; a file of that name stands in the stack's folder while it runs. */
enum Outcome {
  READY("ready", 0),

  /** All processes serve, and a key of the examples does not. */
  NOT_READY("not-ready", 1);

  private final String fileName;
  private final int exitCode;

  Outcome(String fileName, int exitCode) {
    this.fileName = fileName;
    this.exitCode = exitCode;
  }

  /** What {@code ./quickstart --detach} returns. */
  int exitCode() {
    return exitCode;
  }

  void writeTo(Path directory) throws IOException {
    Files.createFile(directory.resolve(fileName));
  }

  /** Nothing before the end of the start. */
  static Optional<Outcome> of(Path directory) {
    return Arrays.stream(values())
        .filter(outcome -> Files.exists(directory.resolve(outcome.fileName)))
        .findFirst();
  }

  static void clear(Path directory) throws IOException {
    for (Outcome outcome : values()) {
      Files.deleteIfExists(directory.resolve(outcome.fileName));
    }
  }
}
