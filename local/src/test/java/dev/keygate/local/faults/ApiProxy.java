package dev.keygate.local.faults;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the operator and the API server, with the API server's own certificate, and reads
 * each request's head. It can freeze watches, lose answers, refuse, and answer a list with an older
 * one. HTTP/1.1 only, which clients fall back to. Safe for several threads.
 */
final class ApiProxy implements Closeable {

  private final SSLContext tls;
  private final Listener listener;
  private final URI target;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final Map<String, byte[]> remembered = new ConcurrentHashMap<>();
  private volatile @Nullable String remembering;
  private volatile boolean frozen;

  /** One request: {@code GET}, and the path with its query. */
  record Request(String method, String target) {
    boolean isWatch() {
      return target.contains("watch=true");
    }

    boolean isList() {
      return method.equals("GET") && !isWatch();
    }

    String path() {
      return target.split("\\?", 2)[0];
    }
  }

  private enum Fate {
    COUNTED,
    REFUSED,
    ANSWER_LOST,
    OLDER_LIST
  }

  private record Rule(
      Predicate<Request> which, Fate fate, int status, AtomicInteger left, AtomicInteger met) {
    boolean applies(Request request) {
      if (!which.test(request) || left.getAndUpdate(n -> Math.max(0, n - 1)) == 0) {
        return false;
      }
      met.incrementAndGet();
      return true;
    }
  }

  ApiProxy(String address, Path pki) {
    this.target = URI.create(address);
    this.tls = ApiServerTls.of(pki);
    this.listener =
        Listener.start(
            "api-proxy",
            tls.getServerSocketFactory()::createServerSocket,
            client -> Thread.ofVirtual().start(() -> serve(client)));
  }

  String address() {
    return "https://127.0.0.1:" + listener.port();
  }

  /** Nothing that the API server tells of changes passes until {@link #heal}. */
  void freezeWatches() {
    frozen = true;
  }

  /**
   * Tells those who watch that path that what they have seen is too old, as the API server does
   * when it has forgotten what came after it: they list again.
   */
  void expireWatches(String path) {
    connections.forEach(connection -> connection.expire(path));
  }

  /** How many of these requests there are from now on; nothing becomes of it. */
  AtomicInteger count(Predicate<Request> which) {
    return rule(which, Fate.COUNTED, 0, Integer.MAX_VALUE);
  }

  /** The next {@code times} of these requests are not carried out but answered so. */
  AtomicInteger refuse(Predicate<Request> which, int status, int times) {
    return rule(which, Fate.REFUSED, status, times);
  }

  /** The next {@code times} of these requests are carried out, and their answer is lost. */
  AtomicInteger loseAnswer(Predicate<Request> which, int times) {
    return rule(which, Fate.ANSWER_LOST, 0, times);
  }

  /** Keeps what is answered to a list of that path from now on. */
  void remember(String path) {
    remembering = path;
  }

  boolean hasRemembered(String path) {
    return remembered.containsKey(path);
  }

  /** The next list of that path is answered as it was {@linkplain #remember remembered}. */
  AtomicInteger answerWithOlderList(String path) {
    remembering = null;
    return rule(request -> request.isList() && request.path().equals(path), Fate.OLDER_LIST, 0, 1);
  }

  void heal() {
    rules.clear();
    remembering = null;
    boolean wasFrozen = frozen;
    frozen = false;
    if (wasFrozen) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  private AtomicInteger rule(Predicate<Request> which, Fate fate, int status, int times) {
    AtomicInteger met = new AtomicInteger();
    rules.add(new Rule(which, fate, status, new AtomicInteger(times), met));
    return met;
  }

  private @Nullable Rule ruleFor(Request request) {
    for (Rule rule : rules) {
      if (rule.applies(request)) {
        return rule;
      }
    }
    return null;
  }

  private synchronized void awaitThaw() throws InterruptedException {
    while (frozen) {
      wait();
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket server =
            tls.getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), target.getPort())) {
      Connection connection = new Connection(client, server);
      connections.add(connection);
      try {
        connection.serve();
      } finally {
        connections.remove(connection);
      }
    } catch (IOException e) {
      // One end is gone, so both are.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    listener.close();
    connections.forEach(Connection::close);
  }

  /** A client's connection and its own one to the API server. */
  private final class Connection {
    private final Socket client;
    private final Socket server;
    private volatile @Nullable Request watch;

    Connection(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void serve() throws IOException, InterruptedException {
      InputStream fromClient = client.getInputStream();
      OutputStream toServer = server.getOutputStream();
      while (true) {
        HttpMessage head = HttpMessage.head(fromClient);
        if (head == null) {
          return;
        }
        Request request = new Request(head.word(0), head.word(1));
        byte[] body = head.body(fromClient);
        Rule rule = ruleFor(request);
        if (rule != null && rule.fate() == Fate.REFUSED) {
          client.getOutputStream().write(ApiAnswers.refusal(rule.status()));
          continue;
        }
        byte[] older = remembered.get(request.path());
        if (rule != null && rule.fate() == Fate.OLDER_LIST && older != null) {
          client.getOutputStream().write(older);
          continue;
        }
        toServer.write(head.bytes());
        toServer.write(body);
        if (request.isWatch()) {
          tunnel(request);
          return;
        }
        HttpMessage answer = HttpMessage.head(server.getInputStream());
        if (answer == null) {
          return;
        }
        byte[] content = answer.body(server.getInputStream());
        if (rule != null && rule.fate() == Fate.ANSWER_LOST) {
          return;
        }
        if (request.isList() && request.path().equals(remembering)) {
          remembered.put(request.path(), join(answer.bytes(), content));
        }
        client.getOutputStream().write(join(answer.bytes(), content));
      }
    }

    /** A watch, be it a WebSocket or an answer without end. */
    private void tunnel(Request request) throws IOException, InterruptedException {
      watch = request;
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  client.getInputStream().transferTo(server.getOutputStream());
                } catch (IOException e) {
                  // Seen at the other end as well.
                } finally {
                  close();
                }
              });
      byte[] buffer = new byte[64 * 1024];
      InputStream in = server.getInputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        awaitThaw();
        synchronized (client) {
          client.getOutputStream().write(buffer, 0, read);
        }
      }
    }

    /** Between two frames of the WebSocket. */
    void expire(String path) {
      Request watched = watch;
      if (watched == null || !watched.path().equals(path)) {
        return;
      }
      try {
        synchronized (client) {
          client.getOutputStream().write(ApiAnswers.expired());
        }
      } catch (IOException e) {
        // It has ended already.
      }
    }

    void close() {
      try (client;
          server) {
        watch = null;
      } catch (IOException e) {
        // Gone already.
      }
    }
  }

  private static byte[] join(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }
}
