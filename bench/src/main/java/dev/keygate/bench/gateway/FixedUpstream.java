package dev.keygate.bench.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * Answers every request without a body by the same small answer, on one thread. It is as cheap as
 * can be, so that the gateway is what the benchmark waits for.
 */
public final class FixedUpstream implements AutoCloseable {

  private static final byte[] ANSWER = answer("{\"data\":[{\"id\":\"c-1\",\"name\":\"Ada\"}]}");

  private final Selector selector;
  private final ServerSocketChannel server;
  private final ByteBuffer received = ByteBuffer.allocateDirect(64 * 1024);

  private FixedUpstream(Selector selector, ServerSocketChannel server) {
    this.selector = selector;
    this.server = server;
  }

  public static FixedUpstream start() throws IOException {
    ServerSocketChannel server =
        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    server.configureBlocking(false);
    Selector selector = Selector.open();
    server.register(selector, SelectionKey.OP_ACCEPT);
    FixedUpstream upstream = new FixedUpstream(selector, server);
    Thread.ofPlatform().daemon().name("upstream").start(upstream::serve);
    return upstream;
  }

  public String address() throws IOException {
    return "http://127.0.0.1:" + ((InetSocketAddress) server.getLocalAddress()).getPort();
  }

  private void serve() {
    try {
      while (true) {
        selector.select();
        for (SelectionKey key : selector.selectedKeys()) {
          if (key.isAcceptable()) {
            accept();
          } else {
            answer(key);
          }
        }
        selector.selectedKeys().clear();
      }
    } catch (ClosedSelectorException _) {
      // Closed: the benchmark is over.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() throws IOException {
    SocketChannel channel = server.accept();
    if (channel != null) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, new Ends());
    }
  }

  private void answer(SelectionKey key) throws IOException {
    SocketChannel channel = (SocketChannel) key.channel();
    received.clear();
    try {
      if (channel.read(received) < 0) {
        channel.close();
        return;
      }
      for (int requests = ((Ends) key.attachment()).count(received.flip());
          requests > 0;
          requests--) {
        ByteBuffer answer = ByteBuffer.wrap(ANSWER);
        while (answer.hasRemaining()) {
          channel.write(answer);
        }
      }
    } catch (IOException _) {
      // The gateway broke the connection; the load generator sees what that does to a client.
      channel.close();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    selector.close();
  }

  private static byte[] answer(String body) {
    return ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Counts empty lines, each of which ends a request, over any split into reads. */
  static final class Ends {
    private int matched;

    int count(ByteBuffer bytes) {
      int ends = 0;
      while (bytes.hasRemaining()) {
        byte b = bytes.get();
        if (b == (matched % 2 == 0 ? '\r' : '\n')) {
          matched++;
        } else {
          matched = b == '\r' ? 1 : 0;
        }
        if (matched == 4) {
          matched = 0;
          ends++;
        }
      }
      return ends;
    }
  }
}
