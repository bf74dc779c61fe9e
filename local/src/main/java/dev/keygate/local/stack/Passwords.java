package dev.keygate.local.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Random passwords of database roles, each in a file that only its owner may read. */
final class Passwords {

  private final Path directory;
  private final SecureRandom random = new SecureRandom();

  Passwords(Path directory) {
    this.directory = directory;
  }

  /** The file with the role's password, made on first use. */
  Path file(String role) {
    Path file = directory.resolve(role + ".password");
    if (Files.notExists(file)) {
      byte[] bytes = new byte[16];
      random.nextBytes(bytes);
      PrivateFile.write(file, HexFormat.of().formatHex(bytes));
    }
    return file;
  }

  String of(String role) {
    try {
      return Files.readString(file(role));
    } catch (IOException e) {
      throw new UncheckedIOException("can't read the password of " + role, e);
    }
  }
}
