package dev.keygate.local.controlplane;

import java.nio.file.Path;
import java.util.Map;

/** Where each program that was asked for is. */
public record Programs(Map<Program, Path> paths) {

  public Programs {
    paths = Map.copyOf(paths);
  }

  /** The executable file of a program that was asked for. */
  public Path path(Program program) {
    Path path = paths.get(program);
    if (path == null) {
      throw new IllegalArgumentException(program + " was not asked for");
    }
    return path;
  }
}
