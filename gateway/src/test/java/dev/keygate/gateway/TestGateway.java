package dev.keygate.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The gateway on free ports, and clients for it. */
final class TestGateway implements AutoCloseable {

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final ConfigurableApplicationContext context;

  private TestGateway(ConfigurableApplicationContext context) {
    this.context = context;
  }

  static TestGateway start(TestStore store, String upstream, String... more) {
    return start(new SpringApplicationBuilder(GatewayApplication.class), store, upstream, more);
  }

  static TestGateway start(
      SpringApplicationBuilder builder, TestStore store, String upstream, String... more) {
    return new TestGateway(builder.run(arguments(store, upstream, more)));
  }

  static String[] arguments(TestStore store, String upstream, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--server.port=0",
                "--management.server.port=0",
                "--keygate.store.url=" + store.url(),
                "--keygate.store.username=keygate_gateway",
                "--keygate.store.password-file=" + store.passwordFile(),
                "--keygate.feed.poll-interval=100ms",
                "--keygate.usage.flush-interval=100ms",
                "--keygate.replica.name=test",
                "--spring.config.additional-location=classpath:/routes.yaml",
                "--upstream=" + upstream));
    arguments.addAll(List.of(more));
    return lastOfEach(arguments.toArray(String[]::new));
  }

  /** Spring would join the values of an argument that is given twice. */
  static String[] lastOfEach(String... arguments) {
    Map<String, String> byName = new LinkedHashMap<>();
    for (String argument : arguments) {
      byName.put(argument.substring(0, argument.indexOf('=')), argument);
    }
    return byName.values().toArray(String[]::new);
  }

  int port() {
    return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  String managed(String path) {
    int port = context.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
    HttpResponse<String> response = send("http://127.0.0.1:" + port + path, "GET", "");
    return response.statusCode() + " " + response.body();
  }

  <T> T bean(String name, Class<T> type) {
    return context.getBean(name, type);
  }

  boolean ready() {
    return managed("/actuator/health/readiness").startsWith("200");
  }

  HttpResponse<String> get(String target, String... headers) {
    return request("GET", target, "", headers);
  }

  HttpResponse<String> request(String method, String target, String body, String... headers) {
    return send("http://127.0.0.1:" + port() + target, method, body, headers);
  }

  /** Sends a head of these lines, and returns what comes back until the connection closes. */
  String raw(String... lines) {
    String request = String.join("\r\n", lines) + "\r\n\r\n";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a head of these lines and no body; what comes back at once. */
  String untilFirstAnswer(String... lines) {
    String request = String.join("\r\n", lines) + "\r\n\r\n";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      byte[] answer = new byte[4096];
      return new String(answer, 0, socket.getInputStream().read(answer), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends chunks without an end until something comes back; that, as far as it came at once. */
  String endless(String method, String target) {
    String head =
        method + " " + target + " HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n";
    byte[] chunk = ("400\r\n" + "x".repeat(0x400) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.setSoTimeout(20_000);
      InputStream in = socket.getInputStream();
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      for (int sent = 0; in.available() == 0; sent += chunk.length) {
        if (sent > 64 * 1024 * 1024) {
          throw new AssertionError("64 MiB sent, and no answer");
        }
        socket.getOutputStream().write(chunk);
      }
      byte[] answer = new byte[4096];
      return new String(answer, 0, in.read(answer), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A GET of a target that clients would not send as it is; the answer's status. */
  int rawStatus(String target, String key, String... headerLines) {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "GET " + target + " HTTP/1.1",
                "Host: test",
                "Connection: close",
                "X-API-Key: " + key));
    lines.addAll(List.of(headerLines));
    String answer = raw(lines.toArray(String[]::new));
    return Integer.parseInt(answer.substring(9, 12));
  }

  @Override
  public void close() {
    context.close();
  }

  private static HttpResponse<String> send(
      String uri, String method, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(uri))
            .timeout(Duration.ofSeconds(30))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
