package dev.keygate.local.e2e;

import dev.keygate.local.stack.Seams;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Gateways that answer without PostgreSQL for so long only: tests wait for the end of that. */
record ShortLease(Duration lease) implements Seams {

  private static final String PROPERTY = "--keygate.lease.duration=";

  @Override
  public List<String> arguments(String process, List<String> own) {
    return process.startsWith("operator")
        ? Stream.concat(
                own.stream().filter(argument -> !argument.startsWith(PROPERTY)),
                Stream.of(PROPERTY + lease.toSeconds() + "s"))
            .toList()
        : own;
  }
}
