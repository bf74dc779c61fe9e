package dev.keygate.gateway.door;

import dev.keygate.gateway.firewall.HeaderNames;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.netty.http.server.HttpServerRequest;

/**
 * What headers cross the gateway, in one pass for each direction; in place of the framework's five
 * filters. Runs after every other filter; {@link IdentityHeaders} come after it.
 */
public final class UpstreamHeaders implements HttpHeadersFilter {

  /** RFC 9110 section 7.6.1, and Expect, which the server has answered already. */
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "http2-settings",
          "expect");

  @Override
  public HttpHeaders filter(HttpHeaders input, ServerWebExchange exchange) {
    Inbound inbound = Inbound.of(exchange);
    HttpHeaders output = new HttpHeaders();
    if (input == inbound.headers()) {
      copyUnchanged(exchange, output);
    } else {
      input.forEach(
          (name, values) -> {
            if (crosses(name)) {
              output.addAll(name, values);
            }
          });
    }
    output.set(HeaderNames.CORRELATION_ID, inbound.correlationId());
    return output;
  }

  /** From Netty's own headers, which Spring's are a slow view of while no filter replaced them. */
  private static void copyUnchanged(ServerWebExchange exchange, HttpHeaders output) {
    HttpServerRequest request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
    Iterator<Map.Entry<CharSequence, CharSequence>> headers =
        request.requestHeaders().iteratorCharSequence();
    while (headers.hasNext()) {
      Map.Entry<CharSequence, CharSequence> header = headers.next();
      String name = header.getKey().toString();
      if (crosses(name)) {
        output.add(name, header.getValue().toString());
      }
    }
  }

  private static boolean crosses(String name) {
    return !HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT)) && !HeaderNames.isStripped(name);
  }
}
