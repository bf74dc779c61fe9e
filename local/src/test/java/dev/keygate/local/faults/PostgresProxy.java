package dev.keygate.local.faults;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stands between one process and PostgreSQL. It can cut, fall silent as a host does that is gone,
 * lose the answer to a commit that happened, and drop notifications. Safe for several threads.
 */
final class PostgresProxy implements Closeable {

  private static final int NOTIFICATION = 'A';

  private final Listener listener;
  private final Set<Pair> pairs = ConcurrentHashMap.newKeySet();
  private final AtomicReference<String> loseAnswerTo = new AtomicReference<>("");
  private final AtomicInteger lost = new AtomicInteger();
  private final int target;
  private volatile Mode mode = Mode.OPEN;
  private volatile boolean deaf;

  private enum Mode {
    OPEN,
    CUT,
    SILENT
  }

  PostgresProxy(int target) {
    this.target = target;
    this.listener = Listener.start("postgres-proxy", this::connect);
  }

  int port() {
    return listener.port();
  }

  /** Breaks every connection and refuses new ones. */
  void cut() {
    mode = Mode.CUT;
    pairs.forEach(Pair::close);
  }

  /** From now on nothing passes, neither on old connections nor on new ones; none is closed. */
  void silence() {
    mode = Mode.SILENT;
  }

  /** As in the beginning. What was silent breaks: its other end has forgotten it by now. */
  void heal() {
    boolean silent = mode == Mode.SILENT;
    mode = Mode.OPEN;
    deaf = false;
    if (silent) {
      pairs.forEach(Pair::close);
    }
  }

  /** Drops every notification until healed. */
  void dropNotifications() {
    deaf = true;
  }

  /**
   * PostgreSQL gets the next request with this text and carries it out; instead of the answer the
   * client sees its connection break.
   */
  void loseAnswerTo(String request) {
    loseAnswerTo.set(request);
  }

  /** How many answers were lost so. */
  int lost() {
    return lost.get();
  }

  private void connect(Socket client) throws IOException {
    if (mode == Mode.CUT) {
      Listener.reset(client);
      return;
    }
    Socket server;
    try {
      server = new Socket(InetAddress.getLoopbackAddress(), target);
    } catch (IOException e) {
      Listener.reset(client);
      return;
    }
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    Pair pair = new Pair(client, server);
    pairs.add(pair);
    if (mode == Mode.CUT) {
      pair.close();
    }
    Thread.ofVirtual().start(pair::toServer);
    Thread.ofVirtual().start(pair::toClient);
  }

  @Override
  public void close() {
    listener.close();
    cut();
  }

  /** The two ends of one connection. */
  private final class Pair {
    private final Socket client;
    private final Socket server;
    private volatile boolean losing;

    Pair(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void toServer() {
      byte[] buffer = new byte[64 * 1024];
      try {
        InputStream in = client.getInputStream();
        OutputStream out = server.getOutputStream();
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          if (mode == Mode.SILENT) {
            continue;
          }
          if (isToBeLost(new String(buffer, 0, read, StandardCharsets.ISO_8859_1))) {
            losing = true;
          }
          out.write(buffer, 0, read);
        }
      } catch (IOException e) {
        // One end is gone, so both are.
      } finally {
        close();
      }
    }

    /** Message by message: a byte that says what, four that say how long. */
    void toClient() {
      try {
        DataInputStream in = new DataInputStream(server.getInputStream());
        OutputStream out = client.getOutputStream();
        for (int type = in.read(); type >= 0; type = in.read()) {
          int length = in.readInt();
          byte[] message = new byte[length + 1];
          message[0] = (byte) type;
          message[1] = (byte) (length >>> 24);
          message[2] = (byte) (length >>> 16);
          message[3] = (byte) (length >>> 8);
          message[4] = (byte) length;
          in.readFully(message, 5, length - 4);
          if (losing) {
            lost.incrementAndGet();
            return;
          }
          if (mode != Mode.SILENT && !(deaf && type == NOTIFICATION)) {
            out.write(message);
          }
        }
      } catch (IOException e) {
        // One end is gone, so both are.
      } finally {
        close();
      }
    }

    private boolean isToBeLost(String request) {
      String wanted = loseAnswerTo.get();
      return !wanted.isEmpty()
          && request.contains(wanted)
          && loseAnswerTo.compareAndSet(wanted, "");
    }

    void close() {
      pairs.remove(this);
      Listener.reset(client);
      Listener.reset(server);
    }
  }
}
