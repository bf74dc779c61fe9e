package dev.keygate.gateway.door;

import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Has the bodies of GET, HEAD and DELETE complete before anything goes upstream, and refuses large
 * ones. Reactor Netty's client does not stream them: it collects them without a limit, after {@link
 * OutboundCheck} and before it writes the head. With nothing left to wait for, that check is
 * directly before the write.
 */
public final class SmallBodies implements GlobalFilter, Ordered {

  /** Bytes. */
  static final int LIMIT = 64 * 1024;

  /** After every other filter, but for those that send. */
  @Override
  public int getOrder() {
    return LOWEST_PRECEDENCE - 2;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    ServerHttpRequest request = exchange.getRequest();
    if (!isCollected(request.getMethod())) {
      return chain.filter(exchange);
    }
    HttpHeaders headers = request.getHeaders();
    long length = headers.getContentLength();
    if (length > LIMIT) {
      return Refusals.write(
          exchange, Refusal.PAYLOAD_TOO_LARGE, Inbound.of(exchange).correlationId());
    }
    if (length <= 0 && !headers.containsHeader(HttpHeaders.TRANSFER_ENCODING)) {
      return chain.filter(with(exchange, Flux.empty()));
    }
    return DataBufferUtils.join(request.getBody(), LIMIT)
        .switchIfEmpty(
            Mono.fromSupplier(() -> exchange.getResponse().bufferFactory().wrap(new byte[0])))
        .flatMap(body -> forward(exchange, chain, body));
  }

  private static Mono<Void> forward(
      ServerWebExchange exchange, GatewayFilterChain chain, DataBuffer body) {
    AtomicBoolean taken = new AtomicBoolean();
    Flux<DataBuffer> once =
        Flux.defer(
            () ->
                taken.compareAndSet(false, true)
                    ? Flux.just(body)
                    : Flux.error(new IllegalStateException("the body was read before")));
    return chain
        .filter(with(exchange, once))
        .doFinally(
            signal -> {
              if (taken.compareAndSet(false, true)) {
                DataBufferUtils.release(body);
              }
            });
  }

  private static ServerWebExchange with(ServerWebExchange exchange, Flux<DataBuffer> body) {
    ServerHttpRequest request =
        new ServerHttpRequestDecorator(exchange.getRequest()) {
          @Override
          public Flux<DataBuffer> getBody() {
            return body;
          }
        };
    return exchange.mutate().request(request).build();
  }

  private static boolean isCollected(HttpMethod method) {
    return method == HttpMethod.GET || method == HttpMethod.HEAD || method == HttpMethod.DELETE;
  }
}
