package dev.keygate.gateway.door;

import dev.keygate.gateway.decision.Denied;
import dev.keygate.gateway.exchange.OpenExchanges;
import dev.keygate.gateway.metric.DecisionMetrics;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Closes the WebSockets of a key that is no good any more with code {@value #KEY_REFUSED}, of one
 * that has lost a right with {@value #FORBIDDEN}, and all of them with 1013 ("try again later")
 * when the lease has run out.
 */
public final class RevocableSockets implements WebSocketService {

  static final int KEY_REFUSED = 4401;
  static final int FORBIDDEN = 4403;

  /** A client that reads nothing is cut off after this. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private final WebSocketService stock;
  private final Judge judge;
  private final OpenExchanges exchanges;
  private final DecisionMetrics metrics;

  public RevocableSockets(
      WebSocketService stock, Judge judge, OpenExchanges exchanges, DecisionMetrics metrics) {
    this.stock = stock;
    this.judge = judge;
    this.exchanges = exchanges;
    this.metrics = metrics;
  }

  @Override
  public Mono<Void> handleRequest(ServerWebExchange exchange, WebSocketHandler handler) {
    Channel client = ClientChannel.of(ClientChannel.request(exchange.getRequest()));
    return stock.handleRequest(
        exchange,
        new WebSocketHandler() {
          @Override
          public List<String> getSubProtocols() {
            return handler.getSubProtocols();
          }

          @Override
          public Mono<Void> handle(WebSocketSession session) {
            return Mono.deferContextual(
                context ->
                    context.getOrDefault(Grant.CONTEXT_KEY, null) instanceof Grant.ToPrincipal grant
                        ? revocable(session, handler.handle(session), grant, client)
                        : handler.handle(session));
          }
        });
  }

  /*
   * Closing ends the talk, too. It must not be cancelled for that: the driver would take back the
   * close frame that it is about to write, and neither frame nor end would reach the client.
   */
  private Mono<Void> revocable(
      WebSocketSession session, Mono<Void> talk, Grant.ToPrincipal grant, Channel client) {
    AtomicBoolean closing = new AtomicBoolean();
    Sinks.One<Denied> looks = Sinks.one();
    // Emits once, however often it is denied again.
    OpenExchanges.Handle open =
        exchanges.register(
            grant.principal().keyId(), () -> judge.again(grant).ifPresent(looks::tryEmitValue));
    return Mono.firstWithSignal(
            talk.onErrorResume(
                    RefusedLate.class,
                    late -> {
                      // The upstream was not asked any more.
                      closing.set(true);
                      looks.tryEmitValue(late.denied());
                      return Mono.empty();
                    })
                .onErrorResume(failure -> closing.get() ? Mono.empty() : Mono.error(failure))
                .then(Mono.defer(() -> closing.get() ? Mono.never() : Mono.empty())),
            looks
                .asMono()
                .doOnNext(denied -> closing.set(true))
                .flatMap(denied -> close(session, denied, client)))
        .doFinally(signal -> open.close());
  }

  private Mono<Void> close(WebSocketSession session, Denied denied, Channel client) {
    metrics.withdrawn();
    // The frame waits behind what the client does not read, and the driver's close behind that.
    // Closing the channel fails both; cancelling would release the frame a second time. Always, as
    // the end that the upstream has sent meanwhile may wait in the same place.
    Future<?> _ =
        client
            .eventLoop()
            .schedule(
                () -> {
                  ChannelFuture _ = client.close();
                },
                CLOSE_TIMEOUT.toMillis(),
                TimeUnit.MILLISECONDS);
    return session.close(status(denied)).onErrorComplete();
  }

  private static CloseStatus status(Denied denied) {
    return switch (denied) {
      case Denied.Unauthenticated unauthenticated ->
          new CloseStatus(KEY_REFUSED, "the API key is not valid any more");
      case Denied.Forbidden forbidden ->
          new CloseStatus(FORBIDDEN, "the API key may not do this any more");
      case Denied.Invalid invalid ->
          new CloseStatus(FORBIDDEN, "the API key may not do this any more");
      case Denied.Unavailable unavailable ->
          new CloseStatus(
              CloseStatus.SERVICE_OVERLOAD.getCode(), "API keys cannot be checked right now");
    };
  }
}
