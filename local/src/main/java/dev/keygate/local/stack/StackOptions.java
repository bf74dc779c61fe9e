package dev.keygate.local.stack;

import java.nio.file.Path;

/**
 * What a local stack is made of.
 *
 * @param root the checkout, which has the built modules, the CRDs, the chart and the examples
 * @param directory holds all state of the stack; made when it is not there
 * @param gateways how many gateway replicas, 0 or more
 * @param operators how many operator replicas, 0 or more
 * @param seams what a test puts between the programs
 */
public record StackOptions(Path root, Path directory, int gateways, int operators, Seams seams) {

  public StackOptions {
    root = root.toAbsolutePath().normalize();
    directory = directory.toAbsolutePath().normalize();
    if (gateways < 0 || operators < 0) {
      throw new IllegalArgumentException("a stack can't have fewer than 0 replicas");
    }
  }

  /** With nothing between the programs. */
  public StackOptions(Path root, Path directory, int gateways, int operators) {
    this(root, directory, gateways, operators, Seams.NONE);
  }
}
