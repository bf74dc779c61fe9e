package dev.keygate.operator.instance;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.effect.Effects;
import dev.keygate.operator.storage.StoreGate;
import dev.keygate.operator.sweep.SweepLimit;
import dev.keygate.store.key.KeyHash;
import dev.keygate.store.read.KeyRecord;
import dev.keygate.store.read.StoreReader;
import dev.keygate.store.write.Command;
import dev.keygate.store.write.FeedWriter;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends again, from the live resources, what a PostgreSQL that went back in time brings to life:
 * revoked versions, suspensions, moves, wider permissions, a later expiry. Nothing of it has been
 * served by then.
 */
final class RestoreSweep {

  private static final Logger LOGGER = LoggerFactory.getLogger(RestoreSweep.class);
  private static final List<String> KEY_ENTRIES = List.of("api-key", "previous-api-key");

  private final KubernetesClient client;
  private final StoreGate store;
  private final StoreReader reader;
  private final FeedWriter writer;
  private final Effects effects;
  private final SweepLimit limit;
  private final OrganizationSweep organizations;

  RestoreSweep(
      KubernetesClient client,
      StoreGate store,
      StoreReader reader,
      FeedWriter writer,
      Effects effects,
      SweepLimit limit) {
    this.client = client;
    this.store = store;
    this.reader = reader;
    this.writer = writer;
    this.effects = effects;
    this.limit = limit;
    this.organizations = new OrganizationSweep(client, store, reader, writer, effects);
  }

  /**
   * False when more keys than may be revoked without a person's word are unknown to the cluster;
   * what resources say has ended is revoked all the same.
   */
  boolean run() {
    Map<String, ApiKey> live =
        client.resources(ApiKey.class).inAnyNamespace().list().getItems().stream()
            .collect(Collectors.toMap(key -> key.getMetadata().getUid(), key -> key));
    List<KeyRecord> usable = store.get(reader.usableKeys().collectList());
    List<Ending> ended = new ArrayList<>();
    List<Ending> unknown = new ArrayList<>();
    for (KeyRecord key : usable) {
      sort(key, live.get(key.spec().uid()), ended, unknown);
    }
    ended.forEach(this::end);
    if (!limit.mayRevoke(unknown.stream().map(Ending::key).distinct().toList(), usable.size())) {
      return false;
    }
    unknown.forEach(this::end);
    usable.forEach(key -> putSpec(key.spec(), live.get(key.spec().uid())));
    organizations.run();
    return true;
  }

  private void sort(
      KeyRecord key, @Nullable ApiKey live, List<Ending> ended, List<Ending> unknown) {
    for (KeyRecord.Version version : key.versions()) {
      if (version.state().usable()) {
        Ending ending = new Ending(key.spec(), version.keyId());
        switch (RestoreRule.judge(live, version, () -> hashesInSecret(live))) {
          case USABLE -> {}
          case ENDED -> ended.add(ending);
          case UNKNOWN -> unknown.add(ending);
        }
      }
    }
  }

  private void putSpec(Command.KeySpec stored, @Nullable ApiKey live) {
    if (live == null) {
      return;
    }
    Command.KeySpec wanted = RestoreRule.spec(live, stored);
    if (!wanted.equals(stored)) {
      var _ =
          effects.change(
              store,
              writer,
              new Command.PutKey(wanted),
              Effects.nameOf(stored.namespace(), stored.name()));
    }
  }

  private void end(Ending ending) {
    Command.KeySpec key = ending.key();
    var _ =
        effects.change(
            store,
            writer,
            new Command.RevokeVersions(
                key.uid(), Set.of(ending.keyId()), Reason.StoreRestored.name()),
            Effects.nameOf(key.namespace(), key.name()));
    LOGGER
        .atWarn()
        .addKeyValue("namespace", key.namespace())
        .addKeyValue("name", key.name())
        .addKeyValue("keyId", ending.keyId())
        .addKeyValue("reason", Reason.StoreRestored)
        .log("revoked a key that PostgreSQL had brought back");
  }

  private Set<KeyHash> hashesInSecret(@Nullable ApiKey live) {
    if (live == null) {
      return Set.of();
    }
    String name =
        Objects.requireNonNullElse(live.getSpec().getSecretName(), live.getMetadata().getName());
    Secret secret =
        client.secrets().inNamespace(live.getMetadata().getNamespace()).withName(name).get();
    boolean ours =
        secret != null
            && secret.getData() != null
            && secret.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> live.getMetadata().getUid().equals(owner.getUid()));
    return ours
        ? KEY_ENTRIES.stream()
            .flatMap(entry -> Stream.ofNullable(secret.getData().get(entry)))
            .flatMap(RestoreSweep::hash)
            .collect(Collectors.toSet())
        : Set.of();
  }

  private static Stream<KeyHash> hash(String base64) {
    try {
      return Stream.of(
          KeyHash.of(new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8)));
    } catch (IllegalArgumentException e) {
      return Stream.of();
    }
  }

  private record Ending(Command.KeySpec key, String keyId) {}
}
