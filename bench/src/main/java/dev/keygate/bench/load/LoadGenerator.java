package dev.keygate.bench.load;

import dev.keygate.bench.measure.ProcessCpu;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * Keeps a number of connections busy: each sends its next request as soon as the last one is
 * answered. One thread, so that it costs little beside the gateway.
 */
public final class LoadGenerator implements AutoCloseable {

  private static final long PATIENCE_MILLIS = 10_000;

  private final Selector selector;
  private final ProcessCpu gateway;

  private LoadGenerator(Selector selector, ProcessCpu gateway) {
    this.selector = selector;
    this.gateway = gateway;
  }

  public static LoadGenerator connect(
      InetSocketAddress address, int connections, ProcessCpu gateway) throws IOException {
    Selector selector = Selector.open();
    for (int i = 0; i < connections; i++) {
      SocketChannel channel = SocketChannel.open(address);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, new Connection(channel));
    }
    return new LoadGenerator(selector, gateway);
  }

  /** Load until {@code limit} requests are sent. */
  public Window count(Requests requests, long limit) throws IOException {
    return run(requests, limit, Long.MAX_VALUE);
  }

  /** Load for a time; what was sent within it is waited for. */
  public Window during(Requests requests, Duration time) throws IOException {
    return run(requests, Long.MAX_VALUE, time.toNanos());
  }

  private Window run(Requests requests, long limit, long nanos) throws IOException {
    long cpu = gateway.nanos();
    long begin = System.nanoTime();
    long sent = 0;
    for (SelectionKey key : selector.keys()) {
      connection(key).send(requests.next());
      sent++;
    }
    int busy = selector.keys().size();
    long answered = 0;
    while (busy > 0) {
      if (selector.select(PATIENCE_MILLIS) == 0) {
        throw new IOException("no answer within " + PATIENCE_MILLIS + " ms");
      }
      boolean over = System.nanoTime() - begin >= nanos;
      for (SelectionKey key : selector.selectedKeys()) {
        if (connection(key).receive()) {
          answered++;
          if (over || sent >= limit) {
            busy--;
          } else {
            connection(key).send(requests.next());
            sent++;
          }
        }
      }
      selector.selectedKeys().clear();
    }
    return new Window(answered, System.nanoTime() - begin, gateway.nanos() - cpu);
  }

  private static Connection connection(SelectionKey key) {
    return (Connection) key.attachment();
  }

  @Override
  public void close() throws IOException {
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }

  /** One connection with at most one request under way. */
  private static final class Connection {
    private final SocketChannel channel;
    private final ByteBuffer received = ByteBuffer.allocate(64 * 1024);

    Connection(SocketChannel channel) {
      this.channel = channel;
    }

    void send(ByteBuffer request) throws IOException {
      received.clear();
      while (request.hasRemaining()) {
        channel.write(request);
      }
    }

    /** True once the answer is complete. */
    boolean receive() throws IOException {
      if (channel.read(received) < 0) {
        throw new IOException("the gateway closed a connection");
      }
      int length = Answers.length(received.array(), received.position());
      if (length >= 0 && length != received.position()) {
        throw new IOException("the gateway sent more than one answer to a request");
      }
      return length >= 0;
    }
  }
}
