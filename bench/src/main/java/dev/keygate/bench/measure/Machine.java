package dev.keygate.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a figure depends on besides the code: cores, versions, and what else runs. */
public final class Machine {

  private static final Path LOAD = Path.of("/proc/loadavg");
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

  private Machine() {}

  /** One line. */
  public static String describe() throws IOException {
    return "%d cores (%s), %s %s, JDK %s, load average at the start %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            model(),
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            Runtime.version(),
            loadAverage());
  }

  /** Over 1, 5 and 15 minutes: above the number of cores, others compete for them. */
  public static String loadAverage() throws IOException {
    if (!Files.isReadable(LOAD)) {
      return "unknown";
    }
    String[] fields = Files.readString(LOAD).split(" ", 4);
    return fields[0] + " " + fields[1] + " " + fields[2];
  }

  private static String model() throws IOException {
    if (!Files.isReadable(PROCESSORS)) {
      return System.getProperty("os.arch");
    }
    return Files.readAllLines(PROCESSORS).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(System.getProperty("os.arch"));
  }
}
