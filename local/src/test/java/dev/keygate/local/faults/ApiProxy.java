package dev.keygate.local.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the operator and the API server, with the API server's own certificate, and reads
 * each request's head. It can freeze watches, lose answers, refuse, and answer a list with an older
 * one. HTTP/1.1 only, which clients fall back to. Safe for several threads.
 */
final class ApiProxy implements Closeable {

  private static final String EXPIRED =
      """
      {"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},\
      "status":"Failure","message":"too old resource version","reason":"Expired","code":410}}""";

  private final SSLContext tls;
  private final SSLServerSocket listener;
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
    try {
      this.tls = tls(pki);
      this.listener =
          (SSLServerSocket)
              tls.getServerSocketFactory()
                  .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("the proxy of the API server can't be started", e);
    }
    Thread.ofVirtual().name("api-proxy").start(this::accept);
  }

  String address() {
    return "https://127.0.0.1:" + listener.getLocalPort();
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

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        // Closed.
      }
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
  public void close() throws IOException {
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
        Message head = Message.head(fromClient);
        if (head == null) {
          return;
        }
        Request request = new Request(head.word(0), head.word(1));
        byte[] body = head.body(fromClient);
        Rule rule = ruleFor(request);
        if (rule != null && rule.fate() == Fate.REFUSED) {
          client.getOutputStream().write(refusal(rule.status()));
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
        Message answer = Message.head(server.getInputStream());
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
          client.getOutputStream().write(textFrame(EXPIRED));
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

  /** The head of a request or an answer, and how its body is framed. */
  private record Message(String text) {

    /** Null at the end. */
    static @Nullable Message head(InputStream in) throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
        int next = in.read();
        if (next < 0) {
          return null;
        }
        head.append((char) next);
      }
      return new Message(head.toString());
    }

    byte[] bytes() {
      return text.getBytes(ISO_8859_1);
    }

    String word(int index) {
      return text.split("[ \r]", -1)[index];
    }

    private String header(String name) {
      return text.lines()
          .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
          .map(line -> line.substring(name.length() + 1).strip())
          .findFirst()
          .orElse("");
    }

    byte[] body(InputStream in) throws IOException {
      if (header("Transfer-Encoding").equalsIgnoreCase("chunked")) {
        return chunks(in);
      }
      String length = header("Content-Length");
      return length.isEmpty() ? new byte[0] : in.readNBytes(Integer.parseInt(length));
    }

    private static byte[] chunks(InputStream in) throws IOException {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      while (true) {
        String size = line(in, all);
        int length = Integer.parseInt(size.split(";", 2)[0].strip(), 16);
        all.writeBytes(in.readNBytes(length));
        if (length == 0) {
          while (!line(in, all).isEmpty()) {
            // A trailer.
          }
          return all.toByteArray();
        }
        line(in, all);
      }
    }

    private static String line(InputStream in, ByteArrayOutputStream copy) throws IOException {
      StringBuilder line = new StringBuilder();
      for (int next = in.read(); next >= 0; next = in.read()) {
        copy.write(next);
        if (next == '\n') {
          break;
        }
        line.append((char) next);
      }
      return line.toString().strip();
    }
  }

  private static byte[] refusal(int status) {
    String reason =
        switch (status) {
          case 409 -> "Conflict";
          case 410 -> "Expired";
          case 429 -> "TooManyRequests";
          default -> "InternalError";
        };
    String body =
        """
        {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",\
        "message":"refused by a test","reason":"%s","code":%d}"""
            .formatted(reason, status);
    String head =
        "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n"
            .formatted(
                status,
                reason,
                body.getBytes(UTF_8).length,
                status == 429 ? "Retry-After: 1\r\n" : "");
    return (head + body).getBytes(UTF_8);
  }

  /** RFC 6455: final, text, not masked, with a length of two bytes. */
  private static byte[] textFrame(String text) {
    byte[] payload = text.getBytes(UTF_8);
    byte[] head = {(byte) 0x81, 126, (byte) (payload.length >>> 8), (byte) payload.length};
    return join(head, payload);
  }

  private static byte[] join(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  private static SSLContext tls(Path pki) throws IOException, GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    Certificate authority =
        factory.generateCertificate(
            new ByteArrayInputStream(Files.readAllBytes(pki.resolve("ca.crt"))));
    Certificate[] chain =
        factory
            .generateCertificates(
                new ByteArrayInputStream(Files.readAllBytes(pki.resolve("apiserver.crt"))))
            .toArray(Certificate[]::new);
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry("proxy", key(pki.resolve("apiserver.key")), new char[0], chain);
    KeyManagerFactory keyManagers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keyManagers.init(keys, new char[0]);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("authority", authority);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
    String pem = Files.readString(file);
    String base64 = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    return KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
  }
}
