package dev.keygate.bench.issue;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.crds.v1alpha1.ApiKeyStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Notes when each ApiKey of a namespace became Ready, by one watch. */
final class ReadyKeys implements AutoCloseable {

  private static final Duration REPORT = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(50);

  private final KubernetesClient client;
  private final Map<String, Long> readyAt = new ConcurrentHashMap<>();

  ReadyKeys(Path kubeconfig, String namespace) throws IOException {
    client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(Files.readString(kubeconfig)))
            .build();
    client
        .resources(ApiKey.class)
        .inNamespace(namespace)
        .inform(
            new ResourceEventHandler<>() {
              @Override
              public void onAdd(ApiKey key) {
                note(key);
              }

              @Override
              public void onUpdate(ApiKey before, ApiKey key) {
                note(key);
              }

              @Override
              public void onDelete(ApiKey key, boolean unknown) {}
            });
  }

  /** Returns once so many are Ready: the moment of each, as {@link System#nanoTime}. */
  Collection<Long> await(int keys, Duration patience) throws InterruptedException {
    long begin = System.nanoTime();
    long reported = begin;
    while (readyAt.size() < keys) {
      long now = System.nanoTime();
      if (now - begin > patience.toNanos()) {
        throw new IllegalStateException("only " + readyAt.size() + " keys became Ready in time");
      }
      if (now - reported >= REPORT.toNanos()) {
        reported = now;
        System.out.printf("  %,d of %,d keys Ready%n", readyAt.size(), keys);
      }
      Thread.sleep(POLL);
    }
    return List.copyOf(readyAt.values());
  }

  private void note(ApiKey key) {
    ApiKeyStatus status = key.getStatus();
    List<Condition> conditions = status == null ? null : status.getConditions();
    if (conditions != null
        && conditions.stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"))) {
      readyAt.putIfAbsent(key.getMetadata().getName(), System.nanoTime());
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
