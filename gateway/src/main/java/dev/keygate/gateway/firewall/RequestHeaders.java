package dev.keygate.gateway.firewall;

import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one pass over a request's headers finds. */
public sealed interface RequestHeaders {

  /** The value of the one {@code X-API-Key}; null when there is none, or more than one. */
  @Nullable String apiKey();

  /**
   * Headers that can be read in one way only.
   *
   * @param organization what {@code X-Organization-Id} says
   */
  record Plain(@Nullable String apiKey, Selector organization) implements RequestHeaders {
    @Override
    public String toString() {
      return "Plain[redacted]";
    }
  }

  /**
   * Headers that two readers could read differently.
   *
   * @param problem one sentence for the client
   */
  record Refused(String problem, @Nullable String apiKey) implements RequestHeaders {
    @Override
    public String toString() {
      return "Refused[problem=" + problem + ", redacted]";
    }
  }

  /** The header that names an organization. A public route does not look at it. */
  sealed interface Selector {
    record Absent() implements Selector {}

    record Once(String value) implements Selector {}

    record Repeated() implements Selector {}

    /** A name that some servers take for it. */
    record Alias() implements Selector {}
  }

  static RequestHeaders read(Iterator<? extends Map.Entry<CharSequence, CharSequence>> headers) {
    return new Reader().read(headers);
  }

  /** Holds what was found so far. */
  final class Reader {
    private static final Selector ABSENT = new Selector.Absent();
    private static final Selector REPEATED = new Selector.Repeated();
    private static final Selector ALIAS = new Selector.Alias();
    private static final String TWO_KEYS = "X-API-Key must be given once only.";
    private static final String HOST =
        "Host must be given once, as a name or address with an optional port.";
    private static final String CONNECTION =
        "Connection may name only close, keep-alive, upgrade, te and http2-settings.";
    private static final Set<String> CONNECTION_OPTIONS =
        Set.of("close", "keep-alive", "upgrade", "te", "http2-settings");

    private @Nullable String apiKey;
    private Selector organization = ABSENT;
    private boolean host;
    private boolean twoKeys;
    private @Nullable String problem;

    private Reader() {}

    /** To the end, whatever it finds: the key of a refused request is in use, too. */
    private RequestHeaders read(Iterator<? extends Map.Entry<CharSequence, CharSequence>> headers) {
      while (headers.hasNext()) {
        Map.Entry<CharSequence, CharSequence> header = headers.next();
        CharSequence name = header.getKey();
        switch (name.length()) {
          case 4 -> {
            if (name.toString().equalsIgnoreCase("host")) {
              if (host || !isHost(header.getValue())) {
                refuse(HOST);
              }
              host = true;
            }
          }
          case 9 -> {
            if (name.toString().equalsIgnoreCase(HeaderNames.API_KEY)) {
              if (apiKey != null) {
                twoKeys = true;
                refuse(TWO_KEYS);
              }
              apiKey = header.getValue().toString();
            }
          }
          case 10 -> {
            if (name.toString().equalsIgnoreCase("connection")
                && !hopByHopOnly(header.getValue().toString())) {
              refuse(CONNECTION);
            }
          }
          case 17 -> {
            if (HeaderNames.isAlias(name, "x-organization-id")) {
              select(name, header.getValue());
            }
          }
          default -> {}
        }
      }
      return problem == null
          ? new Plain(apiKey, organization)
          : new Refused(problem, twoKeys ? null : apiKey);
    }

    /** The client is told of the first. */
    private void refuse(String found) {
      if (problem == null) {
        problem = found;
      }
    }

    private void select(CharSequence name, CharSequence value) {
      if (!name.toString().equalsIgnoreCase(HeaderNames.ORGANIZATION)) {
        organization = ALIAS;
      } else if (organization instanceof Selector.Absent) {
        organization = new Selector.Once(value.toString());
      } else if (organization instanceof Selector.Once) {
        organization = REPEATED;
      }
    }

    private static boolean isHost(CharSequence value) {
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!plain && "-._~:[]".indexOf(c) < 0) {
          return false;
        }
      }
      return !value.isEmpty();
    }

    private static boolean hopByHopOnly(String value) {
      int start = 0;
      while (start <= value.length()) {
        int comma = value.indexOf(',', start);
        int end = comma < 0 ? value.length() : comma;
        String option = value.substring(start, end).strip().toLowerCase(Locale.ROOT);
        if (!option.isEmpty() && !CONNECTION_OPTIONS.contains(option)) {
          return false;
        }
        start = end + 1;
      }
      return true;
    }
  }
}
