package dev.keygate.gateway.door;

import dev.keygate.gateway.decision.Authentication;
import dev.keygate.gateway.decision.Credential;
import dev.keygate.gateway.firewall.RequestHeaders.Selector;
import dev.keygate.gateway.firewall.RequestTarget;
import dev.keygate.gateway.view.KeySnapshot;
import java.util.concurrent.Executor;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/**
 * What the first seam knows of a request, for the others.
 *
 * @param headers as they came; a filter that changes one makes others
 * @param fresh whether the lease vouched for the snapshot; read before it
 * @param snapshot the one that the whole request is decided on
 * @param authentication whose key it is by that snapshot; a public route does not ask
 * @param startedMillis when it came, in milliseconds since 1970: keys expire against it
 * @param loop the event loop of the client's connection
 */
public record Inbound(
    String correlationId,
    RequestTarget.Canonical target,
    HttpHeaders headers,
    Credential credential,
    Selector organizationHeader,
    boolean fresh,
    KeySnapshot snapshot,
    Authentication authentication,
    long startedMillis,
    Executor loop) {

  private static final String ATTRIBUTE = Inbound.class.getName();

  void bind(ServerWebExchange exchange) {
    exchange.getAttributes().put(ATTRIBUTE, this);
  }

  /** Fails when the first seam has not run: then nothing may be answered but an error. */
  public static Inbound of(ServerWebExchange exchange) {
    return exchange.getRequiredAttribute(ATTRIBUTE);
  }
}
