package dev.keygate.local.e2e;

import java.nio.file.Files;
import java.nio.file.Path;

/** Files of the repository that the tests use as a user would. */
final class Checkout {

  private Checkout() {}

  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("quickstart"))) {
      Path parent = folder.getParent();
      if (parent == null) {
        throw new IllegalStateException("these tests run from within the checkout");
      }
      folder = parent;
    }
    return folder;
  }

  static Path example(String name) {
    return root().resolve("examples").resolve(name);
  }
}
