package dev.keygate.local.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DemoUpstreamTest {

  private DemoUpstream upstream;

  @BeforeEach
  void start() {
    upstream = DemoUpstream.start(0);
  }

  @AfterEach
  void stop() {
    upstream.close();
  }

  @Test
  void answerEchoesTheRequestAsReceived() throws IOException {
    String answer =
        send(
            """
            POST /a%2Fb?x=%20&x=[] HTTP/1.1\r
            Host: upstream\r
            X-Twice: one\r
            x-twice: "two"\r
            Content-Length: 3\r
            Connection: close\r
            \r
            a"b""");

    assertThat(answer)
        .startsWith("HTTP/1.1 200 OK")
        .contains("content-type: application/json")
        .contains(
            """
            {"method": "POST", "target": "/a%2Fb?x=%20&x=[]", "headers": {"host": ["upstream"], \
            "x-twice": ["one", "\\"two\\""], "content-length": ["3"], "connection": ["close"]}, \
            "body": "a\\"b"}""");
  }

  @Test
  void answerHasTheStatusThatWasAskedFor() throws IOException {
    assertThat(get("/any?status=503")).startsWith("HTTP/1.1 503");
  }

  @Test
  void answerIsUsualWhenTheWishIsOutOfRange() throws IOException {
    assertThat(get("/any?status=99&delayMillis=999999999")).startsWith("HTTP/1.1 200");
  }

  @Test
  void answerIsRefusalWhenTheBodyIsTooLong() throws IOException {
    String body = "x".repeat(1_000_001);

    assertThat(
            send(
                "POST / HTTP/1.1\r\nHost: u\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                    .formatted(body.length(), body)))
        .startsWith("HTTP/1.1 413");
  }

  @Test
  void answerIsEventsWithoutAnEndWhenTheyWereAskedFor() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), upstream.port())) {
      socket
          .getOutputStream()
          .write(
              "GET /any?eventsEveryMillis=10 HTTP/1.1\r\nHost: upstream\r\n\r\n".getBytes(UTF_8));
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));

      assertThat(lines.lines().takeWhile(line -> !line.equals("data: 2")))
          .contains("content-type: text/event-stream", "data: 0", "data: 1");
    }
  }

  @Test
  void webSocketGetsBackWhatItSends() throws Exception {
    CompletableFuture<String> echo = new CompletableFuture<>();
    WebSocket socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(
                URI.create("ws://127.0.0.1:" + upstream.port() + "/any"),
                new WebSocket.Listener() {
                  @Override
                  public CompletionStage<?> onText(
                      WebSocket from, CharSequence data, boolean last) {
                    echo.complete(data.toString());
                    return WebSocket.Listener.super.onText(from, data, last);
                  }
                })
            .get(30, TimeUnit.SECONDS);

    socket.sendText("hello", true);

    assertThat(echo.get(30, TimeUnit.SECONDS)).isEqualTo("echo hello");
  }

  private String get(String target) throws IOException {
    return send("GET " + target + " HTTP/1.1\r\nHost: upstream\r\nConnection: close\r\n\r\n");
  }

  private String send(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), upstream.port())) {
      socket.getOutputStream().write(request.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }
}
