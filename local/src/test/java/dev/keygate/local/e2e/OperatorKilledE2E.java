package dev.keygate.local.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.store.read.KeyRecord;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** kill -9 of the operator while it issues keys: nothing is lost, and nothing is left over. */
@ExtendWith(StackExtension.class)
class OperatorKilledE2E {

  private static final int KEYS = 50;
  private static final String ORGANIZATION = "killed";

  private static Platform platform;
  private static KubernetesClient client;

  @BeforeAll
  static void prepare(Platform shared) {
    platform = shared;
    platform.organization(ORGANIZATION, "killed");
    client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(platform.stack().endpoints().kubeconfig().toFile()))
            .build();
  }

  @AfterAll
  static void close() {
    client.close();
  }

  enum Sight {
    SECRET,
    READY_KEY
  }

  @ParameterizedTest(name = "killed at the sight of {0} number {1}")
  @CsvSource({
    "SECRET, 1",
    "SECRET, 3",
    "SECRET, 10",
    "SECRET, 20",
    "SECRET, 35",
    "SECRET, 50",
    "READY_KEY, 1",
    "READY_KEY, 8",
    "READY_KEY, 25",
    "READY_KEY, 49",
  })
  void everyKeyIsIssuedOnceTheOperatorIsBack(Sight sight, int number) throws Exception {
    String namespace =
        "killed-" + sight.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-" + number;
    platform.namespace(namespace, "killed");
    StringBuilder manifests = new StringBuilder();
    for (int i = 0; i < KEYS; i++) {
      manifests.append(Platform.keyManifest(namespace, "key-" + i, ORGANIZATION));
    }

    CompletableFuture<Void> killed = new CompletableFuture<>();
    try (Watch _ = killAt(sight, number, namespace, killed)) {
      platform.apply(manifests.toString());
      killed.get(Platform.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
    platform.process("operator-1").start();

    platform.kubectl(
        "wait",
        "--for=condition=Ready",
        "apikeys",
        "--all",
        "--namespace=" + namespace,
        "--timeout=120s");
    Map<String, Secret> secrets =
        client.secrets().inNamespace(namespace).list().getItems().stream()
            .collect(Collectors.toMap(secret -> secret.getMetadata().getName(), secret -> secret));
    assertThat(secrets).hasSize(KEYS);
    assertThat(secrets.values())
        .allSatisfy(
            secret ->
                assertThat(platform.gateways())
                    .allSatisfy(
                        gateway ->
                            assertThat(
                                    platform
                                        .get(
                                            gateway,
                                            "/v1/organizations/" + ORGANIZATION + "/x",
                                            entry(secret, "api-key"))
                                        .summary())
                                .isEqualTo("200")));
    await()
        .atMost(Platform.PATIENCE)
        .untilAsserted(() -> assertNothingIsUsableBeyond(secrets, namespace));
  }

  /** Each usable version is the one in its ApiKey's Secret, and each ApiKey has exactly one. */
  private static void assertNothingIsUsableBeyond(Map<String, Secret> secrets, String namespace) {
    Map<String, ApiKey> live = new HashMap<>();
    for (ApiKey key : client.resources(ApiKey.class).inAnyNamespace().list().getItems()) {
      live.put(key.getMetadata().getUid(), key);
    }
    List<KeyRecord> usable = new StoreProbe(platform.stack()).usableKeys();
    assertThat(usable).extracting(key -> key.spec().uid()).isSubsetOf(live.keySet());
    Map<String, List<String>> usableIds =
        usable.stream()
            .filter(key -> namespace.equals(key.spec().namespace()))
            .collect(
                Collectors.toMap(
                    key -> key.spec().name(),
                    key ->
                        key.versions().stream()
                            .filter(version -> version.state().usable())
                            .map(KeyRecord.Version::keyId)
                            .toList()));
    Map<String, List<String>> secretIds =
        secrets.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, entry -> List.of(entry(entry.getValue(), "key-id"))));
    assertThat(usableIds).isEqualTo(secretIds);
  }

  private static Watch killAt(
      Sight sight, int number, String namespace, CompletableFuture<Void> killed) {
    return switch (sight) {
      case SECRET ->
          client
              .secrets()
              .inNamespace(namespace)
              .watch(new KillAtSight<>(number, _ -> true, killed));
      case READY_KEY ->
          client
              .resources(ApiKey.class)
              .inNamespace(namespace)
              .watch(new KillAtSight<>(number, OperatorKilledE2E::ready, killed));
    };
  }

  private static boolean ready(ApiKey key) {
    return key.getStatus() != null
        && key.getStatus().getConditions() != null
        && key.getStatus().getConditions().stream()
            .anyMatch(
                condition ->
                    "Ready".equals(condition.getType()) && "True".equals(condition.getStatus()));
  }

  private static String entry(Secret secret, String name) {
    return new String(Base64.getDecoder().decode(secret.getData().get(name)), UTF_8);
  }

  /** Kills the operator from the very thread that sees the n-th object. */
  private static final class KillAtSight<T extends HasMetadata> implements Watcher<T> {
    private final int number;
    private final Predicate<T> counts;
    private final CompletableFuture<Void> killed;
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    KillAtSight(int number, Predicate<T> counts, CompletableFuture<Void> killed) {
      this.number = number;
      this.counts = counts;
      this.killed = killed;
    }

    @Override
    public void eventReceived(Action action, T object) {
      if (killed.isDone() || !counts.test(object) || !seen.add(object.getMetadata().getName())) {
        return;
      }
      if (seen.size() >= number) {
        try {
          platform.process("operator-1").kill();
          killed.complete(null);
        } catch (InterruptedException e) {
          killed.completeExceptionally(e);
        }
      }
    }

    @Override
    public void onClose(WatcherException cause) {
      killed.completeExceptionally(cause);
    }
  }
}
