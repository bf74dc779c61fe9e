package dev.keygate.gateway.door;

import dev.keygate.gateway.decision.AccessRequest;
import dev.keygate.gateway.decision.Principal;
import dev.keygate.gateway.view.KeySnapshot;
import org.springframework.web.server.ServerWebExchange;

/**
 * Says that a request was decided on and may go upstream. It is on the exchange for filters, and in
 * the Reactor context for the upstream's connection, which knows no exchange.
 */
public sealed interface Grant {

  /** Its key in the Reactor context. */
  Object CONTEXT_KEY = Grant.class;

  String ATTRIBUTE = Grant.class.getName();

  /** Raw path and query that were checked. */
  String target();

  /**
   * For the holder of a key.
   *
   * @param request decided again when a newer snapshot is there
   * @param snapshot the one it was decided on
   */
  record ToPrincipal(
      String target, Principal principal, AccessRequest request, KeySnapshot snapshot)
      implements Grant {}

  /** On a public route. */
  record ToAnyone(String target) implements Grant {}

  default void bind(ServerWebExchange exchange) {
    exchange.getAttributes().put(ATTRIBUTE, this);
  }
}
