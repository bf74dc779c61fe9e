package dev.keygate.local.stack;

import dev.keygate.local.controlplane.MachineCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Hands out loopback ports: the usual one when it is free, else any free one. The processes bind
 * them only seconds later, so each is also claimed, by a lock on a file of the machine's cache,
 * against other stacks that start meanwhile. Safe for use from several threads.
 */
final class Ports implements AutoCloseable {

  private static final Set<Path> CLAIMED_HERE = ConcurrentHashMap.newKeySet();

  private final Path claims;
  private final Map<Path, FileChannel> claimed = new HashMap<>();

  Ports() {
    this(MachineCache.of(System.getenv()).resolve("ports"));
  }

  Ports(Path claims) {
    try {
      this.claims = Files.createDirectories(claims);
    } catch (IOException e) {
      throw new UncheckedIOException("can't write below " + claims, e);
    }
  }

  synchronized int near(int preferred) {
    int port = preferred;
    while (!isFree(port) || !claim(port)) {
      port = anyFree();
    }
    return port;
  }

  private boolean claim(int port) {
    Path file = claims.resolve(Integer.toString(port));
    // Asked first: closing a second channel of a file would let go of this JVM's lock on it.
    if (!CLAIMED_HERE.add(file)) {
      return false;
    }
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock() != null) {
        claimed.put(file, channel);
        return true;
      }
      channel.close();
      CLAIMED_HERE.remove(file);
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("can't claim port " + port, e);
    }
  }

  /** Gives all ports back. */
  @Override
  public synchronized void close() {
    try {
      for (Map.Entry<Path, FileChannel> claim : claimed.entrySet()) {
        claim.getValue().close();
        CLAIMED_HERE.remove(claim.getKey());
      }
      claimed.clear();
    } catch (IOException e) {
      throw new UncheckedIOException("can't give a port back", e);
    }
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
