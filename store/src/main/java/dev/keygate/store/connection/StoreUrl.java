package dev.keygate.store.connection;

import io.r2dbc.spi.ConnectionFactoryOptions;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a store's address looks like. One that does not may hold a password, in any place and of any
 * characters, so nothing of it is in a message or in a cause.
 */
public final class StoreUrl {

  /** For messages and documentation. */
  public static final String FORM = "r2dbc:postgresql://host:port/database, without credentials";

  /** Names or addresses with ports in figures: anything else there may be a password. */
  private static final Pattern SHAPE =
      Pattern.compile(
          "r2dbc:postgresql://HOST(,HOST)*/[^/?#@]+([?][^@]*)?"
              .replace("HOST", "([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?"));

  private StoreUrl() {}

  /** What is wrong with it, as the end of a sentence about it; empty when nothing is. */
  public static Optional<String> problem(String url) {
    if (url.isBlank()) {
      return Optional.of("is not set");
    }
    if (url.contains("@")) {
      return Optional.of("has an @, as if credentials were in it: they are settings of their own");
    }
    if (!SHAPE.matcher(url).matches()) {
      return Optional.of("does not look like that");
    }
    try {
      return credentials(ConnectionFactoryOptions.parse(url));
    } catch (IllegalArgumentException quotesTheUrl) {
      return Optional.of("cannot be read");
    }
  }

  private static Optional<String> credentials(ConnectionFactoryOptions options) {
    return options.hasOption(ConnectionFactoryOptions.USER)
            || options.hasOption(ConnectionFactoryOptions.PASSWORD)
        ? Optional.of("has credentials in it: they are settings of their own")
        : Optional.empty();
  }
}
