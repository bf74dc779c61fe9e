package dev.keygate.local.stack;

import java.nio.file.Path;
import java.util.List;

/**
 * What a test puts between the programs of a stack, and into them. Asked once for each process of
 * the operator and the gateway, before it is started; by itself it changes nothing.
 */
public interface Seams {

  /** Everything as it is. */
  Seams NONE = new Seams() {};

  /** The loopback port at which this process finds PostgreSQL, which itself is at {@code port}. */
  default int postgres(String process, int port) {
    return port;
  }

  /** The address at which this process finds the API server, which itself is at {@code address}. */
  default String apiServer(String process, String address, Path pki) {
    return address;
  }

  /** The arguments with which it is started, in place of the stack's own. */
  default List<String> arguments(String process, List<String> own) {
    return own;
  }

  /** Jars before the program's own; they need not be there yet. */
  default List<Path> classPath(String process) {
    return List.of();
  }
}
