package dev.keygate.local.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
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
