package dev.keygate.operator.instance;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.crds.v1alpha1.Organization;
import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.effect.Effects;
import dev.keygate.operator.storage.StoreGate;
import dev.keygate.operator.sweep.SweepLimit;
import dev.keygate.store.key.KeyHash;
import dev.keygate.store.read.KeyRecord;
import dev.keygate.store.read.OrganizationRecord;
import dev.keygate.store.read.StoreReader;
import dev.keygate.store.write.Command;
import dev.keygate.store.write.Command.OrganizationResult;
import dev.keygate.store.write.FeedWriter;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
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
 * revoked versions, suspensions, moves. Nothing of it has been served by then. Permissions and
 * expiry that were narrowed are left to the reconcilers, seconds later.
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
    long affected = unknown.stream().map(ending -> ending.key().uid()).distinct().count();
    if (!limit.mayRevoke((int) affected, usable.size())) {
      return false;
    }
    unknown.forEach(this::end);
    putOrganizations();
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

  private void end(Ending ending) {
    Command.KeySpec key = ending.key();
    write(
        new Command.RevokeVersions(key.uid(), Set.of(ending.keyId()), Reason.StoreRestored.name()),
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

  /** What can't be put as the resource says is suspended: its reconciler goes on from there. */
  private void putOrganizations() {
    List<Organization> live = client.resources(Organization.class).list().getItems();
    Map<String, String> idByName = new HashMap<>();
    live.forEach(o -> idByName.put(o.getMetadata().getName(), id(o)));
    Map<String, OrganizationRecord> stored = new HashMap<>();
    store.get(reader.organizations()).forEach(row -> stored.put(row.uid(), row));
    Set<String> done = new HashSet<>();
    for (Organization organization : live) {
      OrganizationRecord row = stored.get(organization.getMetadata().getUid());
      if (row != null && done.add(row.uid())) {
        put(organization, row, idByName);
      }
    }
  }

  private void put(Organization live, OrganizationRecord row, Map<String, String> idByName) {
    String parentName =
        live.getSpec().getParentRef() == null ? null : live.getSpec().getParentRef().getName();
    String parent = parentName == null ? null : idByName.getOrDefault(parentName, parentName);
    boolean suspended = Boolean.TRUE.equals(live.getSpec().getSuspended());
    List<String> permissions = live.getSpec().getPermissions();
    if (Objects.equals(parent, row.parentId())
        && suspended == row.suspended()
        && Objects.equals(permissions, row.permissions())) {
      return;
    }
    OrganizationResult result = write(put(row, parent, permissions, suspended), row.name());
    if (!(result instanceof OrganizationResult.Written)) {
      write(put(row, row.parentId(), row.permissions(), true), row.name());
    }
    LOGGER
        .atWarn()
        .addKeyValue("name", row.name())
        .addKeyValue("organization", row.id())
        .log("put right an organization that PostgreSQL had brought back as it was before");
  }

  private static Command.PutOrganization put(
      OrganizationRecord row,
      @Nullable String parent,
      @Nullable List<String> permissions,
      boolean suspended) {
    return new Command.PutOrganization(
        row.uid(), row.id(), row.name(), parent, row.displayName(), permissions, suspended);
  }

  private static String id(Organization organization) {
    String id = organization.getSpec() == null ? null : organization.getSpec().getId();
    return id == null ? organization.getMetadata().getName() : id;
  }

  private <R> R write(Command<R> command, String about) {
    return effects.change(store, writer, command, about).result();
  }

  private record Ending(Command.KeySpec key, String keyId) {}
}
