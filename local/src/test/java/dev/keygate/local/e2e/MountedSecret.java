package dev.keygate.local.e2e;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A Secret in a volume, as a kubelet without haste keeps it: each version in a directory of its
 * own, and the symbolic link {@code ..data} moved to it in one step, some time after the Secret
 * changed.
 */
final class MountedSecret implements AutoCloseable {

  private final Path volume;
  private final Duration lag;
  private final ScheduledExecutorService kubelet = Executors.newSingleThreadScheduledExecutor();
  private final Watch watch;
  private int written;

  private MountedSecret(
      Path volume, Duration lag, KubernetesClient client, String namespace, String name) {
    this.volume = volume;
    this.lag = lag;
    write(client.secrets().inNamespace(namespace).withName(name).require());
    this.watch = client.secrets().inNamespace(namespace).withName(name).watch(new Refresh());
  }

  static MountedSecret mount(
      Path volume, Duration lag, KubernetesClient client, String namespace, String name) {
    return new MountedSecret(volume, lag, client, namespace, name);
  }

  /** As an application reads it for each request. */
  String read(String entry) {
    try {
      return Files.readString(volume.resolve("..data").resolve(entry));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(Secret secret) {
    try {
      Path version = Files.createDirectory(volume.resolve(".." + written++));
      for (Map.Entry<String, String> entry : secret.getData().entrySet()) {
        Files.write(version.resolve(entry.getKey()), Base64.getDecoder().decode(entry.getValue()));
      }
      Path link = Files.createSymbolicLink(volume.resolve("..data_tmp"), version.getFileName());
      Files.move(link, volume.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    watch.close();
    kubelet.shutdownNow();
  }

  private final class Refresh implements Watcher<Secret> {
    @Override
    public void eventReceived(Action action, Secret secret) {
      if (action == Action.ADDED || action == Action.MODIFIED) {
        Objects.requireNonNull(
            kubelet.schedule(() -> write(secret), lag.toMillis(), TimeUnit.MILLISECONDS));
      }
    }

    @Override
    public void onClose(WatcherException cause) {}
  }
}
