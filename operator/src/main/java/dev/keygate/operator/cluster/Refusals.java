package dev.keygate.operator.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** What a reconcile does when the API server does not do as asked. */
public final class Refusals {

  private static final Logger LOGGER = LoggerFactory.getLogger(Refusals.class);

  /** A conflict is no failure: something newer is on its way to the cache. */
  private static final Duration SOON = Duration.ofMillis(200);

  private Refusals() {}

  /**
   * When to try again. Logged at WARN the first time in a row for a resource, unless the API server
   * could not be reached at all, which is said once for the whole process.
   */
  public static Duration delayAfter(
      KubernetesClientException e, HasMetadata resource, Backoff backoff) {
    if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
      return SOON;
    }
    String uid = resource.getMetadata().getUid();
    LOGGER
        .atLevel(backoff.isFirst(uid) && e.getCode() > 0 ? Level.WARN : Level.DEBUG)
        .addKeyValue("kind", resource.getKind())
        .addKeyValue("namespace", resource.getMetadata().getNamespace())
        .addKeyValue("name", resource.getMetadata().getName())
        .addKeyValue("error", e.getMessage())
        .log("the API server refused, will retry");
    return backoff.next(uid);
  }
}
