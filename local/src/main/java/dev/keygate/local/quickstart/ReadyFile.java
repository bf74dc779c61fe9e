package dev.keygate.local.quickstart;

import java.nio.file.Path;

/** Stands in the stack's folder while everything is ready. */
final class ReadyFile {

  private ReadyFile() {}

  static Path of(Path directory) {
    return directory.resolve("ready");
  }
}
