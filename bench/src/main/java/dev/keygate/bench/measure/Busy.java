package dev.keygate.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How busy all cores were since a moment, from {@code /proc/stat} of Linux.
 *
 * @param busy ticks of all cores in which something ran
 * @param all ticks of all cores
 */
public record Busy(long busy, long all) {

  private static final Path STAT = Path.of("/proc/stat");
  private static final int IDLE = 3;
  private static final int WAITING = 4;
  private static final int STOLEN = 7;

  public static Busy now() throws IOException {
    try (var lines = Files.lines(STAT)) {
      String[] fields = lines.findFirst().orElseThrow().split(" +");
      long all = 0;
      long idle = 0;
      for (int i = 0; i <= STOLEN; i++) {
        long ticks = Long.parseLong(fields[i + 1]);
        all += ticks;
        idle += i == IDLE || i == WAITING ? ticks : 0;
      }
      return new Busy(all - idle, all);
    }
  }

  /** For a person. */
  public String describeSince(Busy before) {
    return "all cores %.0f %% busy".formatted(100.0 * (busy - before.busy) / (all - before.all));
  }
}
