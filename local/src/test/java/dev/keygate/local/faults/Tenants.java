package dev.keygate.local.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.crds.v1alpha1.Organization;
import dev.keygate.crds.v1alpha1.RevocationStatus;
import dev.keygate.local.stack.LocalStack;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Who declares organizations and keys, and who sends requests with them. */
final class Tenants implements AutoCloseable {

  static final String ORGANIZATION = "steady";
  static final String NAMESPACE = "steady";
  static final String NEIGHBOUR = "neighbour";

  /** Requests that wait in a frozen gateway are answered in the end. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final KubernetesClient client;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  Tenants(LocalStack stack) {
    try {
      Config config = Config.fromKubeconfig(Files.readString(stack.endpoints().kubeconfig()));
      this.client = new KubernetesClientBuilder().withConfig(config).build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    namespace(NAMESPACE);
    organization(ORGANIZATION);
    organization(NEIGHBOUR);
    key(NAMESPACE, "neighbours", NEIGHBOUR, "");
    awaitReady(NAMESPACE, "neighbours");
  }

  KubernetesClient client() {
    return client;
  }

  void namespace(String name) {
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
  }

  void organization(String name) {
    create(
        """
        apiVersion: keygate.dev/v1alpha1
        kind: Organization
        metadata:
          name: %s
        spec:
          displayName: %s
          allowedNamespaces: {from: All}
        """
            .formatted(name, name));
  }

  void patchOrganization(String name, String patch) {
    client
        .resources(Organization.class)
        .withName(name)
        .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  void deleteOrganization(String name) {
    client.resources(Organization.class).withName(name).delete();
  }

  /** Declares a key of that organization, without waiting for it. */
  void declare(String namespace, String name, String organization) {
    key(namespace, name, organization, "");
  }

  /** A key for that checker alone, which counts what it sends. */
  void issueForChecker(String name) {
    key(NAMESPACE, "counted-" + name, ORGANIZATION, "  labels: {checker: %s}".formatted(name));
    awaitReady(NAMESPACE, "counted-" + name);
  }

  /** Declares a key, without waiting for it. */
  void declare(String namespace, String name) {
    key(namespace, name, ORGANIZATION, "");
  }

  /** Returns a new key, once every gateway accepts it. */
  String issue(String name) {
    declare(NAMESPACE, name);
    awaitReady(NAMESPACE, name);
    return plaintext(NAMESPACE, name);
  }

  private void key(String namespace, String name, String organization, String metadata) {
    create(
        """
        apiVersion: keygate.dev/v1alpha1
        kind: ApiKey
        metadata:
          name: %s
          namespace: %s
        %s
        spec:
          displayName: %s
          organizationRef: {name: %s}
          permissions: ["contacts:read"]
        """
            .formatted(name, namespace, metadata, name, organization));
  }

  private void create(String yaml) {
    client.load(new ByteArrayInputStream(yaml.getBytes(UTF_8))).create();
  }

  void revoke(String namespace, String name) {
    patch(namespace, name, "{\"spec\":{\"revoked\":true}}");
  }

  void patch(String namespace, String name, String patch) {
    client
        .resources(ApiKey.class)
        .inNamespace(namespace)
        .withName(name)
        .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  void delete(String namespace, String name) {
    client.resources(ApiKey.class).inNamespace(namespace).withName(name).delete();
  }

  Optional<ApiKey> find(String namespace, String name) {
    return Optional.ofNullable(
        client.resources(ApiKey.class).inNamespace(namespace).withName(name).get());
  }

  Optional<Secret> secret(String namespace, String name) {
    return Optional.ofNullable(client.secrets().inNamespace(namespace).withName(name).get());
  }

  String plaintext(String namespace, String name) {
    return entry(secret(namespace, name).orElseThrow(), "api-key");
  }

  static String entry(Secret secret, String name) {
    return new String(Base64.getDecoder().decode(secret.getData().get(name)), UTF_8);
  }

  void awaitReady(String namespace, String name) {
    await(namespace + "/" + name + " ready")
        .atMost(FaultStack.PATIENCE)
        .until(() -> find(namespace, name).filter(key -> holds(key, "Ready")).isPresent());
  }

  /** Whether its revocation is final, as its status tells. */
  boolean isFinal(String namespace, String name) {
    return find(namespace, name).filter(Tenants::isFinal).isPresent();
  }

  static boolean isFinal(ApiKey key) {
    return key.getStatus() != null && isFinal(key.getStatus().getRevocation());
  }

  static boolean isFinal(Organization organization) {
    return organization.getStatus() != null && isFinal(organization.getStatus().getRevocation());
  }

  private static boolean isFinal(@Nullable RevocationStatus revocation) {
    return revocation != null && revocation.getFinalAt() != null;
  }

  void awaitFinal(String namespace, String name) {
    await(namespace + "/" + name + " final")
        .atMost(FaultStack.PATIENCE)
        .until(() -> isFinal(namespace, name));
  }

  /** True of its latest generation. */
  static boolean holds(ApiKey key, String condition) {
    return key.getStatus() != null
        && holds(key.getMetadata(), key.getStatus().getConditions(), condition);
  }

  /** True of its latest generation. */
  static boolean holds(Organization organization, String condition) {
    return organization.getStatus() != null
        && holds(organization.getMetadata(), organization.getStatus().getConditions(), condition);
  }

  private static boolean holds(
      ObjectMeta metadata, @Nullable List<Condition> conditions, String condition) {
    return conditions != null
        && conditions.stream()
            .anyMatch(
                c ->
                    c.getType().equals(condition)
                        && "True".equals(c.getStatus())
                        && metadata.getGeneration().equals(c.getObservedGeneration()));
  }

  /**
   * A request that waits for its answer as long as it takes: the status, or 0 without an answer.
   */
  CompletableFuture<Integer> send(String gateway, String key) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(gateway + "/v1/organizations/" + ORGANIZATION + "/x"))
            .timeout(PATIENCE)
            .header("X-API-Key", key)
            .build();
    return http.sendAsync(request, BodyHandlers.discarding())
        .handle((answer, failure) -> failure == null ? answer.statusCode() : 0);
  }

  int status(String gateway, String key) {
    return send(gateway, key).join();
  }

  void awaitStatus(String gateway, String key, int status) {
    await(gateway + " answers " + status)
        .atMost(FaultStack.PATIENCE)
        .until(() -> status(gateway, key) == status);
  }

  @Override
  public void close() {
    client.close();
  }
}
