package dev.keygate.gateway.firewall;

/** A request line's target, as it was sent. */
public sealed interface RequestTarget {

  /**
   * Reads the same for everybody: origin form, RFC 3986 characters only, no empty or dot segment,
   * nothing encoded that could be one.
   *
   * @param raw path and query, undecoded
   * @param pathEnd length of the path in {@code raw}
   */
  record Canonical(String raw, int pathEnd) implements RequestTarget {

    public String path() {
      return raw.substring(0, pathEnd);
    }

    /** The raw query; empty also when there is none. */
    public String query() {
      return pathEnd == raw.length() ? "" : raw.substring(pathEnd + 1);
    }

    public boolean hasQuery() {
      return pathEnd < raw.length();
    }

    public boolean pathIs(String path) {
      return pathEnd == path.length() && raw.startsWith(path);
    }

    /** The raw segment with this number, the first being 0; empty when there are fewer. */
    public String segment(int number) {
      int start = 1;
      for (int n = 0; n < number; n++) {
        int slash = raw.indexOf('/', start);
        if (slash < 0 || slash >= pathEnd) {
          return "";
        }
        start = slash + 1;
      }
      int slash = raw.indexOf('/', start);
      return raw.substring(start, slash < 0 || slash > pathEnd ? pathEnd : slash);
    }

    /** Whether one of the first {@code segments} segments has a {@code %}. */
    public boolean encodedWithin(int segments) {
      int percent = raw.indexOf('%');
      if (percent < 0 || percent >= pathEnd) {
        return false;
      }
      int slashes = 0;
      for (int i = 0; i < percent; i++) {
        if (raw.charAt(i) == '/') {
          slashes++;
        }
      }
      return slashes <= segments;
    }
  }

  /**
   * Could be read in more than one way.
   *
   * @param problem one sentence for the client
   */
  record Refused(String problem) implements RequestTarget {}

  static RequestTarget of(String raw) {
    return TargetReader.read(raw);
  }
}
