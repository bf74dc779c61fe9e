package dev.keygate.local.checker;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * Where everything is, from a properties file.
 *
 * @param sweep how long a usable key may be without its ApiKey while nothing is disturbed
 * @param convergence how long it may take until all is done and silent
 * @param exclusive keys of ApiKeys with this label {@code checker} are used by nobody else
 * @param seed of the choices what to ask next
 */
record Settings(
    String kubectl,
    String kubeconfig,
    String jdbcUrl,
    String databaseUser,
    String databasePassword,
    List<Gateway> gateways,
    Path logs,
    Path history,
    Duration sweep,
    Duration convergence,
    String exclusive,
    long seed) {

  /** One replica: its data port and its management port. */
  record Gateway(String name, String address, String management) {}

  Settings {
    gateways = List.copyOf(gateways);
  }

  static Settings read(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    List<String> addresses = words(properties, "gateways");
    List<String> management = words(properties, "management");
    List<Gateway> gateways = new ArrayList<>();
    for (int i = 0; i < addresses.size(); i++) {
      gateways.add(new Gateway("gateway-" + (i + 1), addresses.get(i), management.get(i)));
    }
    return new Settings(
        text(properties, "kubectl"),
        text(properties, "kubeconfig"),
        text(properties, "jdbc-url"),
        text(properties, "database-user"),
        text(properties, "database-password"),
        gateways,
        Path.of(text(properties, "logs")),
        Path.of(text(properties, "history")),
        millis(properties, "sweep-millis"),
        millis(properties, "convergence-millis"),
        text(properties, "exclusive"),
        Long.parseLong(text(properties, "seed")));
  }

  private static Duration millis(Properties properties, String name) {
    return Duration.ofMillis(Long.parseLong(text(properties, name)));
  }

  private static String text(Properties properties, String name) {
    String value = properties.getProperty(name);
    if (value == null) {
      throw new IllegalArgumentException("the checker's settings lack " + name);
    }
    return value;
  }

  private static List<String> words(Properties properties, String name) {
    return List.of(text(properties, name).split(" ", -1));
  }

  @Override
  public String toString() {
    return "Settings[" + gateways + ", …[redacted]]";
  }
}
