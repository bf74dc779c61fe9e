package dev.keygate.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * CPU time of a process, from {@code /proc/PID/stat} of Linux: user and system, in ticks of 10 ms.
 */
public record ProcessCpu(long pid) {

  private static final long NANOS_PER_TICK = 10_000_000;
  private static final int USER = 11;
  private static final int SYSTEM = 12;

  /** Nanoseconds that all its threads have used so far. */
  public long nanos() throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    // Counted from behind the program's name, which may have spaces.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM])) * NANOS_PER_TICK;
  }
}
