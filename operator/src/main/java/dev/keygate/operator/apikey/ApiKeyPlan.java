package dev.keygate.operator.apikey;

import dev.keygate.operator.condition.Reason;
import dev.keygate.store.write.Command.KeySpec;
import java.time.Duration;
import java.util.Set;

/**
 * The next single step for an ApiKey. After each step the state is read again and the policy asked
 * again, so that a crash between any two leaves nothing that the policy does not know.
 */
sealed interface ApiKeyPlan {

  /** Look at the Secret and the organization of a key whose revocation came first. */
  record LookAround() implements ApiKeyPlan {}

  /** Look at the organization and the namespace with live reads before a key's life is ended. */
  record ConfirmRefusal() implements ApiKeyPlan {}

  /** Bring the spec of an existing key to the store. */
  record PutSpec(KeySpec spec) implements ApiKeyPlan {}

  /** Mint a key, store its hash as pending, keep the key in hand. */
  record Mint(KeySpec spec, Reason reason) implements ApiKeyPlan {}

  /** Wait, for a bounded time, until the latest change is final. */
  record AwaitReplicas() implements ApiKeyPlan {}

  /** Put the key in hand into the Secret: create it, or replace what is in it. */
  record Deliver(String keyId) implements ApiKeyPlan {}

  /**
   * Put everything but the key in the Secret right again.
   *
   * @param keepPrevious whether the previous key stays in it
   */
  record RepairSecret(String keyId, String resourceVersion, boolean keepPrevious)
      implements ApiKeyPlan {}

  /**
   * The pending version in the Secret becomes the active one.
   *
   * @param overlap how long the one before stays usable; zero: not at all
   */
  record Activate(String keyId, Duration overlap) implements ApiKeyPlan {}

  record Revoke(Set<String> keyIds, Reason reason) implements ApiKeyPlan {
    public Revoke {
      keyIds = Set.copyOf(keyIds);
    }
  }

  /** Read what the store knows of the traffic of a retiring version. */
  record LookAtTraffic() implements ApiKeyPlan {}

  record DeleteSecret(String resourceVersion) implements ApiKeyPlan {}

  /** Nothing more to do now: say in the status how it stands. */
  record Settle() implements ApiKeyPlan {}
}
