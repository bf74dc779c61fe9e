package dev.keygate.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stands between a client and PostgreSQL and can lose an answer: the server gets the request and
 * carries it out, the client's connection breaks instead of the reply. Or it falls silent, as when
 * the server's host is gone.
 */
public final class CuttingProxy implements Closeable {

  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicReference<String> cutAfter = new AtomicReference<>("");
  private final AtomicInteger era = new AtomicInteger();
  private final int target;

  public CuttingProxy(int target) throws IOException {
    this.target = target;
    threads.execute(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Loses the answer to the next request that contains this text, once. */
  public void loseAnswerTo(String request) {
    cutAfter.set(request);
  }

  /** From now on nothing passes on the connections that there are, and none is closed. */
  public void silencePresentConnections() {
    era.incrementAndGet();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        AtomicReference<Boolean> losing = new AtomicReference<>(false);
        int born = era.get();
        threads.execute(() -> forward(client, server, () -> {}, losing, true, born));
        threads.execute(
            () -> forward(server, client, () -> close(client, server), losing, false, born));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void forward(
      Socket from,
      Socket to,
      Runnable onLoss,
      AtomicReference<Boolean> losing,
      boolean fromClient,
      int born) {
    byte[] buffer = new byte[64 * 1024];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (born != era.get()) {
          continue;
        }
        if (fromClient && isToBeLost(new String(buffer, 0, read, StandardCharsets.ISO_8859_1))) {
          losing.set(true);
        } else if (!fromClient && losing.get()) {
          onLoss.run();
          return;
        }
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      // One side is gone, so both are.
    }
  }

  private boolean isToBeLost(String request) {
    String wanted = cutAfter.get();
    return !wanted.isEmpty() && request.contains(wanted) && cutAfter.compareAndSet(wanted, "");
  }

  private static void close(Socket client, Socket server) {
    try (client;
        server) {
      client.setSoLinger(true, 0);
    } catch (IOException e) {
      // Already closed.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    threads.shutdownNow();
  }
}
