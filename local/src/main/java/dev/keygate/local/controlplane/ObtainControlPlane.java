package dev.keygate.local.controlplane;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * Obtains all programs from the command line: {@code java ObtainControlPlane.java ROOT}, where ROOT
 * is the checkout. Exits with 1 and one message when it can't.
 */
public final class ObtainControlPlane {

  private ObtainControlPlane() {}

  static void main(String[] args) {
    ControlPlane controlPlane = ControlPlane.of(Path.of(args[0]), System.err::println);
    try {
      controlPlane.obtain(Program.CORE);
      controlPlane.obtain(Set.of(Program.KUBE_CONTROLLER_MANAGER));
    } catch (ControlPlaneUnavailableException | UncheckedIOException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }
}
