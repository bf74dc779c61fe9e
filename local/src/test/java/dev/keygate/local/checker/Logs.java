package dev.keygate.local.checker;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads what was added to every log since the last look, and finds keys in it. For one thread. */
final class Logs {

  /** A key that stood across two looks is found with so much of the first. */
  private static final int OVERLAP = 128;

  private final Path directory;
  private final History history;
  private final Map<Path, Long> read = new HashMap<>();

  Logs(Path directory, History history) {
    this.directory = directory;
    this.history = history;
  }

  void round() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(name -> name.toString().endsWith(".log")).toList()) {
        look(file);
      }
    }
  }

  private void look(Path file) throws IOException {
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      long from = Math.max(0, read.getOrDefault(file, 0L) - OVERLAP);
      long to = log.length();
      byte[] bytes = new byte[(int) Math.min(to - from, 64 << 20)];
      log.seek(from);
      log.readFully(bytes);
      read.put(file, from + bytes.length);
      List<String> lines = new String(bytes, StandardCharsets.ISO_8859_1).lines().toList();
      for (String line : lines) {
        if (Plaintext.in(line)) {
          history.violated(
              Invariant.SECRET, file.getFileName().toString(), Plaintext.redacted(line));
        }
      }
    }
  }
}
