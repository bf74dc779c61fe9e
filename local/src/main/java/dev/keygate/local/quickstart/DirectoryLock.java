package dev.keygate.local.quickstart;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Held by the launcher of a directory for as long as it lives; the kernel lets go of it when the
 * launcher dies. The launcher's id stands beside it.
 */
final class DirectoryLock implements AutoCloseable {

  private final FileChannel channel;
  private final Path pidFile;

  private DirectoryLock(FileChannel channel, Path pidFile) {
    this.channel = channel;
    this.pidFile = pidFile;
  }

  /** The lock, or nothing when another launcher has it. */
  static Optional<DirectoryLock> take(Path directory) throws IOException {
    Files.createDirectories(directory);
    FileChannel channel =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = channel.tryLock();
    if (lock == null) {
      channel.close();
      return Optional.empty();
    }
    Path pidFile = pidFile(directory);
    Files.writeString(pidFile, ProcessHandle.current().pid() + "\n");
    return Optional.of(new DirectoryLock(channel, pidFile));
  }

  /** The launcher that holds the lock of {@code directory}, if one does. */
  static Optional<ProcessHandle> holder(Path directory) throws IOException {
    if (Files.notExists(directory.resolve("lock"))) {
      return Optional.empty();
    }
    try (FileChannel channel =
            FileChannel.open(directory.resolve("lock"), StandardOpenOption.WRITE);
        FileLock free = channel.tryLock()) {
      if (free != null || Files.notExists(pidFile(directory))) {
        return Optional.empty();
      }
    }
    return ProcessHandle.of(Long.parseLong(Files.readString(pidFile(directory)).strip()));
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(pidFile);
    channel.close();
  }

  private static Path pidFile(Path directory) {
    return directory.resolve("launcher.pid");
  }
}
