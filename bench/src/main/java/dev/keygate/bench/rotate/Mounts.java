package dev.keygate.bench.rotate;

import dev.keygate.bench.stack.BenchStack;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The Secrets of a namespace as applications that mount them read them: each change shows some time
 * after it was made, as a kubelet brings it, another time for each.
 */
final class Mounts implements Watcher<Secret>, AutoCloseable {

  private static final long SEED = 20261124;

  private final Map<String, String> keys = new ConcurrentHashMap<>();
  private final ScheduledExecutorService kubelet = Executors.newSingleThreadScheduledExecutor();
  private final Random random = new Random(SEED);
  private final Duration longestLag;
  private @Nullable Watch watch;

  private Mounts(Duration longestLag) {
    this.longestLag = longestLag;
  }

  static Mounts of(BenchStack stack, Duration longestLag) {
    Mounts mounts = new Mounts(longestLag);
    var secrets = stack.client().secrets().inNamespace(BenchStack.NAMESPACE);
    secrets.list().getItems().stream()
        .filter(Mounts::hasKey)
        .forEach(it -> mounts.keys.put(it.getMetadata().getName(), BenchStack.secret(it)));
    mounts.watch = secrets.watch(mounts);
    return mounts;
  }

  /** As the application of this Secret reads it for each request. */
  String read(String name) {
    String key = keys.get(name);
    if (key == null) {
      throw new IllegalStateException("no Secret " + name);
    }
    return key;
  }

  @Override
  public void eventReceived(Action action, Secret secret) {
    if (action == Action.MODIFIED && hasKey(secret)) {
      String key = BenchStack.secret(secret);
      var _ =
          kubelet.schedule(
              () -> keys.put(secret.getMetadata().getName(), key),
              random.nextLong(longestLag.toMillis() + 1),
              TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void onClose(WatcherException cause) {}

  private static boolean hasKey(Secret secret) {
    return secret.getData() != null && secret.getData().containsKey("api-key");
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.close();
    }
    kubelet.shutdownNow();
  }
}
