package dev.keygate.local.checker;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was seen, one line for each observation, for a person to read; violations also go to the
 * standard output, each with the lines before it that are about the same. Safe for several threads.
 */
final class History implements AutoCloseable {

  private static final int REMEMBERED = 20_000;
  private static final int SHOWN = 40;

  private final long zero = System.nanoTime();
  private final PrintWriter file;
  private final Deque<String> recent = new ArrayDeque<>();
  private final Set<String> violations = ConcurrentHashMap.newKeySet();

  History(Path path) {
    try {
      this.file = new PrintWriter(Files.newBufferedWriter(path), true);
    } catch (IOException e) {
      throw new UncheckedIOException("can't write " + path, e);
    }
  }

  /**
   * @param who what it is about: a gateway, {@code namespace/name}, {@code fault}, ...
   */
  synchronized void saw(String who, String what) {
    String line = "%s %-24s %s".formatted(time(), who, what);
    file.println(line);
    recent.addLast(line);
    if (recent.size() > REMEMBERED) {
      recent.removeFirst();
    }
  }

  /** Each violation is told once for each {@code who}. */
  synchronized void violated(Invariant invariant, String who, String what, String... related) {
    if (!violations.add(invariant.number() + " " + who)) {
      return;
    }
    List<String> about =
        recent.stream()
            .filter(
                line ->
                    line.contains(who)
                        || line.contains(" fault ")
                        || List.of(related).stream().anyMatch(line::contains))
            .toList();
    saw(who, "VIOLATION of invariant " + invariant + ": " + what);
    StringBuilder text = new StringBuilder();
    text.append("VIOLATION %d %s: %s%n".formatted(invariant.number(), who, what));
    text.append("  of invariant %s; what was seen before:%n".formatted(invariant));
    about.stream()
        .skip(Math.max(0, about.size() - SHOWN))
        .forEach(line -> text.append("    ").append(line).append('\n'));
    say(text.toString().stripTrailing());
  }

  int violations() {
    return violations.size();
  }

  /** To whoever started the checker. */
  @SuppressWarnings("SystemOut")
  synchronized void say(String text) {
    System.out.println(text);
    System.out.flush();
  }

  private String time() {
    return String.format(
        Locale.ROOT, "%9.3f", Duration.ofNanos(System.nanoTime() - zero).toMillis() / 1000.0);
  }

  @Override
  public void close() {
    file.close();
  }
}
