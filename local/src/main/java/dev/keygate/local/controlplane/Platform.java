package dev.keygate.local.controlplane;

import java.util.Locale;

/** Operating system and processor in the words of Go and of the release files. */
record Platform(String os, String architecture) {

  static Platform current() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String architecture = System.getProperty("os.arch");
    return new Platform(
        os.contains("mac") ? "darwin" : os.contains("win") ? "windows" : "linux",
        switch (architecture) {
          case "amd64", "x86_64" -> "amd64";
          case "aarch64" -> "arm64";
          default -> architecture;
        });
  }
}
