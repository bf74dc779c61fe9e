package dev.keygate.operator.apikey;

import dev.keygate.operator.effect.Effects;
import dev.keygate.operator.status.StatusWriter;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes Secrets at the API server, never through a cache. Every write has a precondition
 * and fails with 409 when it does not hold: absent for {@link #create}, the resourceVersion for the
 * others.
 */
final class LiveSecrets {

  private static final int UNPROCESSABLE = 422;

  private final KubernetesClient client;
  private final Effects effects;

  LiveSecrets(KubernetesClient client, Effects effects) {
    this.client = client;
    this.effects = effects;
  }

  Optional<Secret> get(String namespace, String name) {
    return Optional.ofNullable(client.secrets().inNamespace(namespace).withName(name).get());
  }

  Secret create(Secret secret) {
    return written(
        secret,
        () ->
            effects.run(
                Effects.SECRET_CREATE,
                Effects.nameOf(secret),
                () -> client.resource(secret).create()));
  }

  /**
   * Sets what is ours and leaves the rest. Not server-side apply: what was created belongs to a
   * manager of "Update", whose entries an "Apply" could never take away again.
   *
   * @param wanted carries the resourceVersion that it was decided on
   * @param unwanted entries that must not be there
   */
  Secret replace(Secret wanted, Set<String> unwanted) {
    Map<String, @Nullable String> data = new HashMap<>(wanted.getData());
    unwanted.forEach(entry -> data.put(entry, null));
    Map<String, Object> patch =
        Map.of(
            "metadata",
            Map.of(
                "resourceVersion",
                wanted.getMetadata().getResourceVersion(),
                "labels",
                wanted.getMetadata().getLabels()),
            "data",
            data);
    return written(
        wanted,
        () ->
            effects.run(
                Effects.SECRET_REPLACE,
                Effects.nameOf(wanted),
                () ->
                    client
                        .secrets()
                        .inNamespace(wanted.getMetadata().getNamespace())
                        .withName(wanted.getMetadata().getName())
                        .patch(
                            new PatchContext.Builder()
                                .withPatchType(PatchType.JSON_MERGE)
                                .withFieldManager(StatusWriter.FIELD_MANAGER)
                                .build(),
                            client.getKubernetesSerialization().asJson(patch))));
  }

  /** Throws SecretRefusedException for what no retry mends. */
  private static Secret written(Secret secret, Supplier<Secret> write) {
    try {
      return write.get();
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN || e.getCode() == UNPROCESSABLE) {
        String why =
            e.getStatus() == null || e.getStatus().getMessage() == null
                ? "HTTP " + e.getCode()
                : e.getStatus().getMessage();
        throw new SecretRefusedException(secret.getMetadata().getName(), why, e);
      }
      throw e;
    }
  }

  /** Gone already is as good. */
  void delete(String namespace, String name, String resourceVersion) {
    var _ =
        effects.run(
            Effects.SECRET_DELETE,
            Effects.nameOf(namespace, name),
            () ->
                client
                    .secrets()
                    .inNamespace(namespace)
                    .withName(name)
                    .lockResourceVersion(resourceVersion)
                    .delete());
  }
}
