package dev.keygate.gateway.door;

import java.util.Locale;
import java.util.Set;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/** Which of the upstream's headers the client gets: not those of its connection, nor our own. */
public final class ReturningHeaders implements HttpHeadersFilter {

  private static final Set<String> DROPPED =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "x-correlation-id");

  @Override
  public boolean supports(Type type) {
    return type == Type.RESPONSE;
  }

  @Override
  public HttpHeaders filter(HttpHeaders input, ServerWebExchange exchange) {
    HttpHeaders output = new HttpHeaders();
    input.forEach(
        (name, values) -> {
          if (!DROPPED.contains(name.toLowerCase(Locale.ROOT))) {
            output.addAll(name, values);
          }
        });
    return output;
  }
}
