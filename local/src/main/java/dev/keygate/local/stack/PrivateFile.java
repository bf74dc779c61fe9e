package dev.keygate.local.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files that only their owner may read. */
final class PrivateFile {

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private PrivateFile() {}

  /** Replaces the file's content; nobody else can read it at any moment. */
  static Path write(Path file, String content) {
    try {
      Files.createDirectories(file.getParent());
      if (Files.notExists(file)) {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      }
      Files.setPosixFilePermissions(file, OWNER_ONLY);
      return Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException("can't write " + file, e);
    }
  }
}
