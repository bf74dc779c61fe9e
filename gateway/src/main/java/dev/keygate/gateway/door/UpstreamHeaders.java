package dev.keygate.gateway.door;

import dev.keygate.gateway.firewall.HeaderNames;
import java.util.Locale;
import java.util.Set;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

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
    HttpHeaders output = new HttpHeaders();
    input.forEach(
        (name, values) -> {
          if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))
              && !HeaderNames.isStripped(name)) {
            output.addAll(name, values);
          }
        });
    output.set(HeaderNames.CORRELATION_ID, Inbound.of(exchange).correlationId());
    return output;
  }
}
