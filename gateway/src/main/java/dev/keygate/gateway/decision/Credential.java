package dev.keygate.gateway.decision;

import dev.keygate.gateway.decision.Denied.Unauthenticated.Reason;
import dev.keygate.store.key.KeyHash;

/**
 * What a request presents in {@code X-API-Key}, before anybody looked whether such a key exists.
 */
public sealed interface Credential {

  /** Well formed, of an environment that this gateway serves. */
  record Presented(KeyHash hash, String environment) implements Credential {}

  /** Cannot be a key, whatever the view holds. */
  record Unusable(Reason reason) implements Credential {}
}
