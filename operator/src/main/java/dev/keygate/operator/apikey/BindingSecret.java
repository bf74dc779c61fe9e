package dev.keygate.operator.apikey;

import dev.keygate.store.key.KeyHash;
import dev.keygate.store.read.KeyRecord.Version;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is in the Secret of an ApiKey.
 *
 * <p>See the Service Binding Specification for Kubernetes 1.1.0, "Well-known Secret Entries": type
 * and provider are its names, the rest are ours.
 *
 * @param uri where clients find the gateway; null: no such entry
 */
record BindingSecret(@Nullable String uri) {

  static final String TYPE = "servicebinding.io/keygate";
  static final String MANAGED_BY = "app.kubernetes.io/managed-by";
  static final String MANAGER = "keygate";
  static final String UID_LABEL = "keygate.dev/api-key-uid";
  static final String KEY_ENTRY = "api-key";
  static final String PREVIOUS_ENTRY = "previous-api-key";
  private static final String URI_ENTRY = "uri";
  private static final String EXPIRES_ENTRY = "expires-at";

  /** The whole Secret as it should be. */
  Secret secret(ApiKeyWish wish, String keyId, String key, @Nullable String resourceVersion) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(wish.namespace())
        .withName(wish.secretName())
        .withResourceVersion(resourceVersion)
        .withLabels(labels(wish))
        .withOwnerReferences(owner(wish))
        .endMetadata()
        .withType(TYPE)
        .withData(data(wish, keyId, key))
        .build();
  }

  /** Entries of ours that must not be there now. */
  Set<String> unwanted(ApiKeyWish wish) {
    Set<String> entries = new HashSet<>();
    if (uri == null) {
      entries.add(URI_ENTRY);
    }
    if (wish.expiresAt() == null) {
      entries.add(EXPIRES_ENTRY);
    }
    return entries;
  }

  /** Beside the key, during an overlap, the one that it replaces. */
  static void setPrevious(Secret wanted, String key) {
    Map<String, String> data = new TreeMap<>(wanted.getData());
    data.put(PREVIOUS_ENTRY, encode(key));
    wanted.setData(data);
  }

  /** The key in a live Secret. */
  static Optional<String> keyIn(Secret live) {
    return entry(live, KEY_ENTRY);
  }

  SecretView view(@Nullable Secret live, ApiKeyWish wish, List<Version> versions) {
    if (live == null) {
      return new SecretView.Absent();
    }
    if (!TYPE.equals(live.getType())) {
      return new SecretView.Foreign("of type " + live.getType());
    }
    Optional<OwnerReference> controller = controller(live);
    if (controller.filter(owner -> wish.uid().equals(owner.getUid())).isEmpty()) {
      return new SecretView.Foreign(
          controller
              .map(owner -> "owned by " + owner.getKind() + " " + owner.getName())
              .orElse("not owned by this ApiKey"));
    }
    Optional<String> key = keyIn(live);
    KeyHash hash = key.map(KeyHash::of).orElse(null);
    return new SecretView.Ours(
        live.getMetadata().getResourceVersion(),
        hash,
        entry(live, PREVIOUS_ENTRY).map(KeyHash::of).orElse(null),
        intact(live, wish, hash, versions));
  }

  private boolean intact(
      Secret live, ApiKeyWish wish, @Nullable KeyHash hash, List<Version> versions) {
    Optional<Version> version = versions.stream().filter(v -> v.hash().equals(hash)).findFirst();
    if (version.isEmpty()) {
      return true; // Nothing to repair around a key that will be replaced.
    }
    Map<String, String> wanted = data(wish, version.get().keyId(), keyIn(live).orElseThrow());
    Map<String, String> found = Objects.requireNonNullElse(live.getData(), Map.of());
    Map<String, String> labels =
        Objects.requireNonNullElse(live.getMetadata().getLabels(), Map.of());
    return found.entrySet().containsAll(wanted.entrySet())
        && labels.entrySet().containsAll(labels(wish).entrySet())
        && found.keySet().stream().noneMatch(unwanted(wish)::contains);
  }

  private Map<String, String> data(ApiKeyWish wish, String keyId, String key) {
    Map<String, String> entries = new TreeMap<>();
    entries.put("type", encode("keygate"));
    entries.put("provider", encode("keygate"));
    entries.put(KEY_ENTRY, encode(key));
    entries.put("key-id", encode(keyId));
    entries.put("header", encode("X-API-Key"));
    if (uri != null) {
      entries.put(URI_ENTRY, encode(uri));
    }
    Instant expiresAt = wish.expiresAt();
    if (expiresAt != null) {
      entries.put(EXPIRES_ENTRY, encode(expiresAt.toString()));
    }
    return entries;
  }

  private static Map<String, String> labels(ApiKeyWish wish) {
    return Map.of(MANAGED_BY, MANAGER, UID_LABEL, wish.uid());
  }

  private static OwnerReference owner(ApiKeyWish wish) {
    return new OwnerReferenceBuilder()
        .withApiVersion("keygate.dev/v1alpha1")
        .withKind("ApiKey")
        .withName(wish.name())
        .withUid(wish.uid())
        .withController(true)
        .withBlockOwnerDeletion(true)
        .build();
  }

  private static Optional<OwnerReference> controller(Secret secret) {
    return Objects.requireNonNullElse(
            secret.getMetadata().getOwnerReferences(), List.<OwnerReference>of())
        .stream()
        .filter(owner -> Boolean.TRUE.equals(owner.getController()))
        .findFirst();
  }

  private static Optional<String> entry(Secret secret, String name) {
    Map<String, String> data = secret.getData();
    if (data == null || data.get(name) == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new String(Base64.getDecoder().decode(data.get(name)), StandardCharsets.US_ASCII));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String encode(String value) {
    return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
  }
}
