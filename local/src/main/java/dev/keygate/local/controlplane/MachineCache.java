package dev.keygate.local.controlplane;

import java.nio.file.Path;
import java.util.Map;

/** What is kept per machine and user, outside every checkout. */
public final class MachineCache {

  private MachineCache() {}

  /** {@code $XDG_CACHE_HOME/keygate}, or {@code ~/.cache/keygate}. */
  public static Path of(Map<String, String> environment) {
    String base = environment.getOrDefault("XDG_CACHE_HOME", "");
    // The XDG specification says that a relative path is to be ignored.
    Path folder =
        base.startsWith("/") ? Path.of(base) : Path.of(System.getProperty("user.home"), ".cache");
    return folder.resolve("keygate");
  }
}
