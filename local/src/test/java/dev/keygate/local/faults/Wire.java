package dev.keygate.local.faults;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A way to a port, until it is cut: then every connection breaks and there is none again. */
final class Wire implements Closeable {

  private final Listener listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final int target;
  private volatile boolean cut;

  Wire(int target) {
    this.target = target;
    this.listener = Listener.start("wire", this::connect);
  }

  int port() {
    return listener.port();
  }

  @Override
  public void close() {
    cut = true;
    listener.close();
    sockets.forEach(Listener::reset);
  }

  private void connect(Socket client) throws IOException {
    Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    sockets.add(client);
    sockets.add(server);
    if (cut) {
      sockets.forEach(Listener::reset);
    }
    Thread.ofVirtual().start(() -> copy(client, server));
    Thread.ofVirtual().start(() -> copy(server, client));
  }

  private void copy(Socket from, Socket to) {
    try (from;
        to) {
      byte[] buffer = new byte[16 * 1024];
      for (int read = from.getInputStream().read(buffer);
          read >= 0 && !cut;
          read = from.getInputStream().read(buffer)) {
        to.getOutputStream().write(buffer, 0, read);
      }
    } catch (IOException e) {
      // One end is gone, so both are.
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }
}
