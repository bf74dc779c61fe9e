package dev.keygate.local.faults;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Hands over whoever connects to a port of its own, one after the other, until it is closed. */
final class Listener implements Closeable {

  private static final int BACKLOG = 200;

  private final ServerSocket socket;
  private final Host host;

  /** Receives a client, quickly; one that it fails for is somebody else's to notice. */
  interface Host {
    void receive(Socket client) throws IOException;
  }

  /** Makes a socket that is bound. */
  interface Sockets {
    ServerSocket bind(int port, int backlog, InetAddress address) throws IOException;
  }

  private Listener(ServerSocket socket, Host host) {
    this.socket = socket;
    this.host = host;
  }

  static Listener start(String name, Host host) {
    return start(name, ServerSocket::new, host);
  }

  static Listener start(String name, Sockets sockets, Host host) {
    try {
      ServerSocket socket = sockets.bind(0, BACKLOG, InetAddress.getLoopbackAddress());
      Listener listener = new Listener(socket, host);
      Thread.ofVirtual().name(name).start(listener::accept);
      return listener;
    } catch (IOException e) {
      throw new UncheckedIOException(name + " can't listen", e);
    }
  }

  int port() {
    return socket.getLocalPort();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        host.receive(socket.accept());
      } catch (IOException e) {
        // Closed, or a client that has gone already.
      }
    }
  }

  /** Breaks a connection, as one does whose process has died. */
  static void reset(Socket socket) {
    try (socket) {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // Gone already.
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // As good as closed.
    }
  }
}
