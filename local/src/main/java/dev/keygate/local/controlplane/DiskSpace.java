package dev.keygate.local.controlplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;

/** Answers how much a folder's file system can still take, before a long build finds out. */
final class DiskSpace {

  static final long MEGABYTE = 1_000_000;

  private DiskSpace() {}

  /** Bytes that can still be written below {@code folder}, which need not exist yet. */
  static long usable(Path folder) {
    Path absolute = folder.toAbsolutePath();
    Path parent = absolute.getParent();
    if (Files.notExists(absolute) && parent != null) {
      return usable(parent);
    }
    try {
      return Files.getFileStore(absolute).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException("can't read the free space of " + absolute, e);
    }
  }

  static void require(Path folder, long bytes, ToLongFunction<Path> usable, String purpose) {
    long free = usable.applyAsLong(folder);
    if (free < bytes) {
      throw new ControlPlaneUnavailableException(
          "%s needs about %s free under %s, which has %s: free some space there, or set KUBEBUILDER_ASSETS to a folder that has the programs."
              .formatted(purpose, readable(bytes), folder, readable(free)));
    }
  }

  /** Bytes that the files below {@code folder} hold; 0 when it is not there. */
  static long held(Path folder) {
    AtomicLong sum = new AtomicLong();
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              sum.addAndGet(attributes.size());
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("can't read " + folder, e);
    }
    return sum.get();
  }

  static String readable(long bytes) {
    return bytes >= 1000 * MEGABYTE
        ? String.format(Locale.ROOT, "%.1f GB", bytes / 1e9)
        : bytes / MEGABYTE + " MB";
  }
}
