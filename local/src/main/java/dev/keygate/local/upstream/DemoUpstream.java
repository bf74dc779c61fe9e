package dev.keygate.local.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Answers every request with what it received, as JSON. {@code ?status=503} and {@code
 * ?delayMillis=200} (at most a minute) make it misbehave; a body beyond 1 MB gets 413. {@code
 * ?eventsEveryMillis=100} is answered by server-sent events without an end, and a WebSocket gets
 * back what it sends.
 */
public final class DemoUpstream implements AutoCloseable {

  private static final int LONGEST_BODY = 1_000_000;
  private static final int LONGEST_DELAY_MILLIS = 60_000;
  private static final int LONGEST_HEAD = 64 * 1024;

  private final DisposableServer server;

  private DemoUpstream(DisposableServer server) {
    this.server = server;
  }

  static void main(String[] args) {
    start(Integer.parseInt(args[0])).server.onDispose().block();
  }

  /** Serves on a loopback port; 0 takes a free one. */
  public static DemoUpstream start(int port) {
    return new DemoUpstream(
        HttpServer.create()
            .host("127.0.0.1")
            .port(port)
            .httpRequestDecoder(
                spec -> spec.maxInitialLineLength(LONGEST_HEAD).maxHeaderSize(LONGEST_HEAD))
            .handle(DemoUpstream::answer)
            .bindNow());
  }

  /** Where it listens. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.disposeNow();
  }

  private static Mono<Void> answer(HttpServerRequest request, HttpServerResponse response) {
    QueryStringDecoder query = new QueryStringDecoder(request.uri());
    if (request.requestHeaders().containsValue(HttpHeaderNames.UPGRADE, "websocket", true)) {
      return response
          .sendWebsocket(
              (in, out) -> out.sendString(in.receive().asString().map(text -> "echo " + text)))
          .then();
    }
    int eventsEvery = number(query, "eventsEveryMillis", 0, 1, LONGEST_DELAY_MILLIS);
    if (eventsEvery > 0) {
      return response
          .sse()
          .sendString(Flux.interval(Duration.ofMillis(eventsEvery)).map("data: %d\n\n"::formatted))
          .then();
    }
    int status = number(query, "status", 200, 200, 599);
    int delay = number(query, "delayMillis", 0, 0, LONGEST_DELAY_MILLIS);
    return body(request)
        .flatMap(
            body ->
                Mono.delay(Duration.ofMillis(delay))
                    .then(
                        send(
                            response.status(status),
                            Echo.json(
                                request.method().name(),
                                request.uri(),
                                request.requestHeaders().entries(),
                                body))))
        .onErrorResume(
            TooLongException.class,
            _ -> send(response.status(413), "{\"error\": \"the body is longer than 1 MB\"}\n"));
  }

  private static Mono<Void> send(HttpServerResponse response, String json) {
    return response
        .header(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .sendString(Mono.just(json))
        .then();
  }

  private static Mono<String> body(HttpServerRequest request) {
    return request
        .receive()
        .asByteArray()
        .scan(
            new ByteArrayOutputStream(),
            (all, part) -> {
              if (all.size() + part.length > LONGEST_BODY) {
                throw new TooLongException();
              }
              all.writeBytes(part);
              return all;
            })
        .last()
        .map(bytes -> bytes.toString(UTF_8));
  }

  private static int number(
      QueryStringDecoder query, String name, int otherwise, int smallest, int largest) {
    List<String> values = query.parameters().getOrDefault(name, List.of());
    if (values.size() != 1 || !values.getFirst().matches("[0-9]{1,6}")) {
      return otherwise;
    }
    int value = Integer.parseInt(values.getFirst());
    return value < smallest || value > largest ? otherwise : value;
  }

  private static final class TooLongException extends RuntimeException {}
}
