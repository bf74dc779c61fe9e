package dev.keygate.gateway.door;

import io.netty.channel.Channel;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerRequest;

/** The connection that a request came on. */
final class ClientChannel {

  private ClientChannel() {}

  static HttpServerRequest request(ServerHttpRequest request) {
    return ServerHttpRequestDecorator.getNativeRequest(request);
  }

  static Channel of(HttpServerRequest request) {
    if (request instanceof Connection connection) {
      return connection.channel();
    }
    throw new IllegalStateException("a request without a connection: " + request.getClass());
  }
}
