package dev.keygate.local.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

/**
 * Hands out loopback ports: the usual one when it is free, else any free one. No port twice, though
 * the processes bind them only later. Safe for use from several threads.
 */
final class Ports {

  private final Set<Integer> given = new HashSet<>();

  synchronized int near(int preferred) {
    if (!given.contains(preferred) && isFree(preferred)) {
      given.add(preferred);
      return preferred;
    }
    int free;
    do {
      free = anyFree();
    } while (!given.add(free));
    return free;
  }

  private static boolean isFree(int port) {
    // Bound on all addresses: a listener on one of them would otherwise shadow ours, or ours it.
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int anyFree() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port on loopback", e);
    }
  }
}
