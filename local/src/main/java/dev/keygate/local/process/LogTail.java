package dev.keygate.local.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;

/** The end of a log file, for a person who has to see why a process ended. */
final class LogTail {

  private static final int BYTES = 16_384;

  private LogTail() {}

  /** The last {@code lines} lines, each indented; a sentence when the file can't be read. */
  static String of(Path log, int lines) {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long from = Math.max(0, file.length() - BYTES);
      file.seek(from);
      byte[] bytes = new byte[(int) (file.length() - from)];
      file.readFully(bytes);
      List<String> all = new String(bytes, UTF_8).lines().toList();
      return String.join(
          "\n",
          all.subList(Math.max(0, all.size() - lines), all.size()).stream()
              .map(line -> "    " + line)
              .toList());
    } catch (IOException e) {
      return "    (no log at " + log + ")";
    }
  }
}
