package dev.keygate.gateway.door;

import dev.keygate.gateway.firewall.HeaderNames;
import dev.keygate.gateway.metric.DecisionMetrics;
import io.netty.util.AsciiString;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientRequest;

/**
 * The fourth seam: sees a request as it is about to be written to the upstream, WebSocket
 * handshakes included. Throwing here sends nothing. What was checked is what is sent: the same
 * target, no key; the key is looked at once more, and the upstream is told whose it is.
 */
public final class OutboundCheck implements HttpClientCustomizer {

  private static final CharSequence API_KEY = AsciiString.cached(HeaderNames.API_KEY);

  private final Judge judge;
  private final DecisionMetrics metrics;

  public OutboundCheck(Judge judge, DecisionMetrics metrics) {
    this.judge = judge;
    this.metrics = metrics;
  }

  @Override
  public HttpClient customize(HttpClient client) {
    return client.doOnRequest((request, connection) -> check(request, connection));
  }

  private void check(HttpClientRequest request, Connection connection) {
    Object grant = request.currentContextView().getOrDefault(Grant.CONTEXT_KEY, "none");
    switch (grant) {
      case Grant.ToPrincipal keyed -> {
        require(
            request.uri().equals(keyed.target()), "the target was changed after it was checked");
        requireNoKey(request);
        if (request.currentContextView().getOrDefault(Ongoing.CONTEXT_KEY, null)
            instanceof Ongoing ongoing) {
          ongoing.sentBy(connection.channel().eventLoop());
        }
        judge
            .again(keyed)
            .ifPresent(
                denied -> {
                  throw new RefusedLate(denied);
                });
        IdentityHeaders.set(request.requestHeaders(), keyed.principal());
      }
      case Grant.ToAnyone open -> requireNoKey(request);
      case null, default -> require(false, "nobody decided on it");
    }
  }

  private void requireNoKey(HttpClientRequest request) {
    require(!request.requestHeaders().contains(API_KEY), "it would have carried the key");
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      metrics.stoppedLast();
      throw new IllegalStateException("request not sent upstream: " + otherwise);
    }
  }
}
