package dev.keygate.store.usage;

import java.time.Instant;

/**
 * A client that still uses a retiring version.
 *
 * @param source address of the connection's other end
 * @param userAgent as the client says; empty when it does not
 * @param route id of the gateway's route; empty when the request had none
 * @param requests since the version began to retire, roughly: a crash loses a few
 */
public record Straggler(
    String keyId, String source, String userAgent, String route, Instant lastSeen, long requests) {

  /** Characters; longer texts are cut. */
  public static final int MAX_LENGTH = 128;

  public Straggler {
    source = clean(source);
    userAgent = clean(userAgent);
    route = clean(route);
  }

  /** Without control and format characters and halves of surrogate pairs: it is shown to people. */
  private static String clean(String text) {
    StringBuilder clean = new StringBuilder(Math.min(text.length(), MAX_LENGTH));
    for (int i = 0; i < text.length() && clean.length() < MAX_LENGTH; i++) {
      char c = text.charAt(i);
      int type = Character.getType(c);
      if (type != Character.CONTROL && type != Character.FORMAT && type != Character.SURROGATE) {
        clean.append(c);
      }
    }
    return clean.toString();
  }
}
