package dev.keygate.gateway;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableChannel;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Answers 200 and keeps what it received. Paths that end in {@code /reset}, {@code /broken}, {@code
 * /slow} and {@code /ws} misbehave as their names say, or echo a WebSocket; {@code /stream} sends
 * events without an end, {@code /flood} and the WebSocket {@code /flood/ws} as much as is taken.
 */
final class RecordingUpstream implements AutoCloseable {

  record Received(String method, String target, Map<String, List<String>> headers, String body) {
    List<String> header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }
  }

  private static final String PIECE = "x".repeat(16 * 1024);

  private final ConcurrentLinkedQueue<Received> received = new ConcurrentLinkedQueue<>();
  private final DisposableServer server;
  private final AtomicLong flooded = new AtomicLong();
  private final AtomicInteger flooding = new AtomicInteger();
  private final AtomicInteger streaming = new AtomicInteger();
  private volatile Sinks.Empty<Void> slow = Sinks.empty();

  RecordingUpstream() {
    server = HttpServer.create().host("127.0.0.1").port(0).handle(this::answer).bindNow();
  }

  String uri() {
    return "http://127.0.0.1:" + server.port();
  }

  /** Lets what waits at {@code /slow} be answered, and what comes after it wait again. */
  void release() {
    Sinks.Empty<Void> waiting = slow;
    slow = Sinks.empty();
    waiting.tryEmitEmpty();
  }

  /** What came since the last call, which must be exactly one request. */
  Received only() {
    List<Received> all = all();
    if (all.size() != 1) {
      throw new AssertionError("expected one request, received " + all);
    }
    return all.getFirst();
  }

  /** What came since the last call. */
  List<Received> all() {
    List<Received> all = List.copyOf(received);
    received.removeAll(all);
    return all;
  }

  /** Pieces sent by floods so far. */
  long flooded() {
    return flooded.get();
  }

  /** How many floods are under way. */
  int flooding() {
    return flooding.get();
  }

  /** How many streams are under way. */
  int streaming() {
    return streaming.get();
  }

  @Override
  public void close() {
    server.disposeNow(Duration.ofSeconds(5));
  }

  private Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
    Map<String, List<String>> headers =
        request.requestHeaders().entries().stream()
            .collect(
                Collectors.groupingBy(
                    header -> header.getKey().toLowerCase(Locale.ROOT),
                    TreeMap::new,
                    Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
    String path = Arrays.stream(request.uri().split("\\?", 2)).findFirst().orElse("");
    if (path.endsWith("/flood/ws")) {
      return response.sendWebsocket((in, out) -> out.sendString(flood()));
    }
    if (path.endsWith("/ws")) {
      received.add(new Received("WS", request.uri(), headers, ""));
      return response.sendWebsocket(
          (in, out) -> out.sendString(in.receive().asString().map(text -> "echo " + text)));
    }
    return request
        .receive()
        .aggregate()
        .asString()
        .defaultIfEmpty("")
        .flatMap(
            body -> {
              received.add(new Received(request.method().name(), request.uri(), headers, body));
              return misbehave(path, request, response);
            });
  }

  private Mono<Void> misbehave(
      String path, HttpServerRequest request, HttpServerResponse response) {
    if (path.endsWith("/reset")) {
      request.withConnection(DisposableChannel::dispose);
      return Mono.never();
    }
    if (path.endsWith("/broken")) {
      return response
          .sendString(
              Flux.concat(
                  Mono.just("half"),
                  Mono.delay(Duration.ofMillis(100))
                      .flatMap(tick -> Mono.error(new IllegalStateException("on purpose")))))
          .then();
    }
    if (path.endsWith("/slow")) {
      return slow.asMono().then(response.sendString(Mono.just("late")).then());
    }
    if (path.endsWith("/flood")) {
      return response.sendString(flood()).then();
    }
    if (path.endsWith("/stream")) {
      return response
          .sse()
          .sendString(
              counted(
                  streaming, Flux.interval(Duration.ofMillis(20)).map(tick -> "data: tick\n\n")))
          .then();
    }
    if (path.endsWith("/error")) {
      return response
          .status(HttpResponseStatus.SERVICE_UNAVAILABLE)
          .header("X-Correlation-Id", "of-the-upstream")
          .sendString(Mono.just("upstream's own"))
          .then();
    }
    return response.header("X-Upstream", "yes").sendString(Mono.just("ok")).then();
  }

  private Flux<String> flood() {
    return counted(
        flooding,
        Flux.<String>generate(sink -> sink.next(PIECE))
            .doOnNext(piece -> flooded.incrementAndGet()));
  }

  private static Flux<String> counted(AtomicInteger underWay, Flux<String> pieces) {
    return pieces
        .doOnSubscribe(subscription -> underWay.incrementAndGet())
        .doFinally(signal -> underWay.decrementAndGet());
  }
}
