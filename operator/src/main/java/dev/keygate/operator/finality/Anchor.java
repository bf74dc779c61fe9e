package dev.keygate.operator.finality;

import dev.keygate.operator.effect.Effects;
import dev.keygate.store.feed.FeedPosition;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A place in the feed that was reached for certain, kept in the API server: a PostgreSQL that went
 * back in time does not have it any more. It only moves forward within an epoch, and only in the
 * hands of the term that claimed it last: every write carries the resource version that was read.
 * Every method throws KubernetesClientException when the API server can't be asked.
 */
public final class Anchor implements Barrier {

  public static final String NAME = "keygate-anchor";
  private static final String EPOCH = "epoch";
  private static final String SEQ = "seq";
  private static final String CHANGE_ID = "changeId";

  /** Whose term it is; its only use is that a predecessor finds another one. */
  private static final String LEADER = "leader";

  private final KubernetesClient client;
  private final String namespace;
  private final UUID leader;
  private final Effects effects;
  private @Nullable ConfigMap latest;

  public Anchor(KubernetesClient client, String namespace, UUID leader, Effects effects) {
    this.client = client;
    this.leader = leader;
    this.namespace = namespace;
    this.effects = effects;
  }

  /**
   * Takes it over for this term, and answers the place that it named; empty when it names none.
   * Always a write, and before the place is looked up: whoever was deposed and decided that
   * something is final, but has not recorded it yet, can't from here on.
   */
  public synchronized Optional<FeedPosition> claim() {
    latest = client.configMaps().inNamespace(namespace).withName(NAME).get();
    Optional<FeedPosition> found = position();
    Map<String, String> data = new HashMap<>();
    found.ifPresent(at -> data.putAll(data(at)));
    write(data);
    return found;
  }

  /** Number of the change that must stay in the log. */
  public synchronized long seq() {
    return position().map(FeedPosition::seq).orElse(0L);
  }

  /** The object as last seen, for Events about it. */
  public synchronized Optional<ConfigMap> resource() {
    return Optional.ofNullable(latest);
  }

  /** Sets it, whatever it was; while the gateways wait for an operator to vouch. */
  public synchronized void set(FeedPosition to) {
    write(data(to));
  }

  @Override
  public synchronized void raise(FeedPosition to) {
    while (!hasReached(to)) {
      try {
        write(data(to));
      } catch (KubernetesClientException e) {
        if (e.getCode() != HttpURLConnection.HTTP_CONFLICT
            && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
          throw e;
        }
        // Somebody may have annotated it; who took it over or deleted it is another matter.
        latest = client.configMaps().inNamespace(namespace).withName(NAME).get();
        if (!isOurs() || position().filter(at -> at.epoch().equals(to.epoch())).isEmpty()) {
          throw new AnchorLostException("ConfigMap " + NAME + " is not this term's any more");
        }
      }
    }
  }

  private boolean isOurs() {
    return latest != null
        && latest.getData() != null
        && leader.toString().equals(latest.getData().get(LEADER));
  }

  private boolean hasReached(FeedPosition to) {
    return position()
        .filter(at -> at.epoch().equals(to.epoch()) && at.seq() >= to.seq())
        .isPresent();
  }

  private static Map<String, String> data(FeedPosition at) {
    return Map.of(
        EPOCH,
        at.epoch().toString(),
        SEQ,
        Long.toString(at.seq()),
        CHANGE_ID,
        at.changeId().toString());
  }

  private void write(Map<String, String> data) {
    ConfigMap known = latest;
    ConfigMap wanted =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(NAME)
            .withResourceVersion(known == null ? null : known.getMetadata().getResourceVersion())
            .endMetadata()
            .withData(data)
            .addToData(LEADER, leader.toString())
            .build();
    latest =
        effects.run(
            Effects.ANCHOR,
            Effects.nameOf(wanted),
            () ->
                known == null
                    ? client.resource(wanted).create()
                    : client.resource(wanted).update());
  }

  private Optional<FeedPosition> position() {
    if (latest == null) {
      return Optional.empty();
    }
    Map<String, String> data = Objects.requireNonNullElse(latest.getData(), Map.of());
    try {
      return Optional.of(
          new FeedPosition(
              UUID.fromString(data.getOrDefault(EPOCH, "")),
              Long.parseLong(data.getOrDefault(SEQ, "")),
              UUID.fromString(data.getOrDefault(CHANGE_ID, ""))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
