package dev.keygate.operator.apikey;

import io.fabric8.kubernetes.api.model.Secret;
import java.util.HashSet;
import java.util.Set;

/** Carries out the steps that write the Secret of an ApiKey. */
final class SecretSteps {

  private final LiveSecrets secrets;
  private final BindingSecret binding;
  private final KeyMemory memory;

  SecretSteps(LiveSecrets secrets, BindingSecret binding, KeyMemory memory) {
    this.secrets = secrets;
    this.binding = binding;
    this.memory = memory;
  }

  /** With the key in hand, and the one that it replaces beside it when this is a rotation. */
  ApiKeyState deliver(ApiKeyState state, String keyId) {
    ApiKeyWish wish = state.wish();
    String key =
        memory
            .held(wish.uid())
            .filter(held -> held.keyId().equals(keyId))
            .map(held -> held.key().value())
            .orElseThrow();
    return switch (state.secret()) {
      case SecretView.Absent _ ->
          delivered(state, secrets.create(binding.secret(wish, keyId, key, null)));
      case SecretView.Ours(var resourceVersion, _, _, _) -> {
        Secret live = secrets.get(wish.namespace(), wish.secretName()).orElse(null);
        if (live == null || !resourceVersion.equals(live.getMetadata().getResourceVersion())) {
          yield state.with(binding.view(live, wish, state.versions()));
        }
        Secret wanted = binding.secret(wish, keyId, key, resourceVersion);
        Set<String> unwanted = new HashSet<>(binding.unwanted(wish));
        if (state.current().isPresent()) {
          BindingSecret.setPrevious(wanted, BindingSecret.keyIn(live).orElseThrow());
        } else {
          unwanted.add(BindingSecret.PREVIOUS_ENTRY);
        }
        yield delivered(state, secrets.replace(wanted, unwanted));
      }
      case SecretView.Foreign _, SecretView.Unread _ ->
          throw new IllegalStateException("never touched");
    };
  }

  private ApiKeyState delivered(ApiKeyState state, Secret written) {
    memory.release(state.wish().uid());
    return state.with(binding.view(written, state.wish(), state.versions()));
  }

  ApiKeyState repair(
      ApiKeyState state, String keyId, String resourceVersion, boolean keepPrevious) {
    ApiKeyWish wish = state.wish();
    Secret live = secrets.get(wish.namespace(), wish.secretName()).orElse(null);
    if (live == null || !resourceVersion.equals(live.getMetadata().getResourceVersion())) {
      return state.with(binding.view(live, wish, state.versions()));
    }
    Set<String> unwanted = new HashSet<>(binding.unwanted(wish));
    if (!keepPrevious) {
      unwanted.add(BindingSecret.PREVIOUS_ENTRY);
    }
    Secret written =
        secrets.replace(
            binding.secret(wish, keyId, BindingSecret.keyIn(live).orElseThrow(), resourceVersion),
            unwanted);
    return state.with(binding.view(written, wish, state.versions()));
  }

  ApiKeyState delete(ApiKeyState state, String resourceVersion) {
    secrets.delete(state.wish().namespace(), state.wish().secretName(), resourceVersion);
    return state.with(new SecretView.Absent());
  }
}
