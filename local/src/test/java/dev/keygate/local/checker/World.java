package dev.keygate.local.checker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The resources as the API server tells of them, and every key that was ever seen in a Secret.
 * Watched by several threads; each kind by one.
 */
final class World {

  static final String API_KEYS = "/apis/keygate.dev/v1alpha1/apikeys";
  static final String ORGANIZATIONS = "/apis/keygate.dev/v1alpha1/organizations";

  /** So many of those that died last are tried more often than the others. */
  private static final int LATEST = 20;

  private final History history;
  private final String exclusive;
  private final Map<String, Observed> apiKeys = new ConcurrentHashMap<>();
  private final Map<String, Observed> organizations = new ConcurrentHashMap<>();
  private final Map<String, KnownKey> keys = new ConcurrentHashMap<>();
  private final List<KnownKey> dead = new ArrayList<>();
  private final Map<String, Long> told = new ConcurrentHashMap<>();
  private final Set<String> usedByNobodyElse = ConcurrentHashMap.newKeySet();
  private volatile long changedAt = System.nanoTime();
  private volatile String change = "nothing yet";

  World(History history, String exclusive) {
    this.history = history;
    this.exclusive = exclusive;
  }

  /** Watches, each kind on a thread of its own. */
  void watch(Cluster cluster) {
    thread("apikeys", () -> cluster.watch(API_KEYS, "", new Kind(apiKeys, this::sawApiKey)));
    thread(
        "organizations",
        () -> cluster.watch(ORGANIZATIONS, "", new Kind(organizations, this::sawOrganization)));
    thread(
        "secrets",
        () ->
            cluster.watch(
                "/api/v1/secrets",
                "fieldSelector=type%3Dservicebinding.io%2Fkeygate",
                new Kind(new ConcurrentHashMap<>(), this::sawSecret)));
    thread(
        "events",
        () ->
            cluster.watch(
                "/apis/events.k8s.io/v1/events",
                "",
                new Kind(new ConcurrentHashMap<>(), this::sawOther)));
    thread(
        "configmaps",
        () ->
            cluster.watch(
                "/api/v1/configmaps", "", new Kind(new ConcurrentHashMap<>(), this::sawOther)));
  }

  List<Observed> apiKeys() {
    return List.copyOf(apiKeys.values());
  }

  List<Observed> organizations() {
    return List.copyOf(organizations.values());
  }

  Optional<Observed> organization(String name) {
    return organizations.values().stream().filter(o -> o.name().equals(name)).findFirst();
  }

  boolean lives(String apiKeyUid) {
    return apiKeys.containsKey(apiKeyUid);
  }

  Optional<KnownKey> key(String keyId) {
    return Optional.ofNullable(keys.get(keyId));
  }

  /** Some of those that must be refused: rather one that has just died than an old one. */
  List<KnownKey> dead(Random random, int count) {
    List<KnownKey> some = new ArrayList<>();
    synchronized (dead) {
      for (int i = 0; i < count && !dead.isEmpty(); i++) {
        int among = random.nextBoolean() ? dead.size() : Math.min(dead.size(), LATEST);
        some.add(dead.get(dead.size() - 1 - random.nextInt(among)));
      }
    }
    return some;
  }

  List<KnownKey> keysOf(String apiKeyUid) {
    return keys.values().stream().filter(key -> key.uid().equals(apiKeyUid)).toList();
  }

  /** Keys that only this checker uses, as the one who made their ApiKeys promised by a label. */
  boolean isExclusive(KnownKey key) {
    return usedByNobodyElse.contains(key.uid());
  }

  /** As above, of their ApiKey. */
  boolean isExclusive(Observed apiKey) {
    return usedByNobodyElse.contains(apiKey.uid());
  }

  List<KnownKey> known() {
    return List.copyOf(keys.values());
  }

  /** When anything was written last, on the monotonic clock. */
  long changedAt() {
    return changedAt;
  }

  String change() {
    return change;
  }

  void changed(String what) {
    changedAt = System.nanoTime();
    change = what;
  }

  /** The id of the organization that an ApiKey belongs to; empty when it is not there. */
  Optional<String> organizationOf(Observed apiKey) {
    return organization(apiKey.text("spec.organizationRef.name")).map(World::id);
  }

  static String id(Observed organization) {
    String id = organization.text("spec.id");
    return id.isEmpty() ? organization.name() : id;
  }

  /** From the named one to the root, as far as they are there. */
  List<Observed> chain(String organizationName) {
    List<Observed> chain = new ArrayList<>();
    Optional<Observed> next = organization(organizationName);
    while (next.isPresent() && !chain.contains(next.get())) {
      chain.add(next.get());
      next = organization(next.get().text("spec.parentRef.name"));
    }
    return chain;
  }

  private void sawApiKey(Observed apiKey, boolean gone) {
    history.saw(
        apiKey.fullName(),
        "ApiKey generation %d%s%s, Ready=%s, Programmed=%s, told of %d%s%s"
            .formatted(
                apiKey.generation(),
                apiKey.is("spec.revoked") ? " revoked" : "",
                gone ? " GONE" : apiKey.deleting() ? " deleting" : "",
                apiKey.condition("Ready"),
                apiKey.condition("Programmed"),
                apiKey.observedGeneration(),
                apiKey.text("status.keyId").isEmpty() ? "" : ", key " + apiKey.text("status.keyId"),
                apiKey.text("status.revocation.finalAt").isEmpty()
                    ? ""
                    : ", final at " + apiKey.text("status.revocation.finalAt")));
    if (Json.text(apiKey.object(), "metadata.labels.checker").equals(exclusive)) {
      usedByNobodyElse.add(apiKey.uid());
    }
    checkGenerations(apiKey);
    if (apiKey.condition("Ready").startsWith("True")
        && apiKey.settled()
        && apiKey.is("spec.revoked")) {
      history.violated(
          Invariant.TRUTHFUL, apiKey.fullName(), "Ready=True of a generation that is revoked");
    }
    if (gone) {
      keysOf(apiKey.uid()).forEach(key -> bury(key, "its ApiKey is gone"));
    } else if (revokedForGood(apiKey) || apiKey.tells("Programmed")) {
      for (Object version : apiKey.list("status.versions")) {
        // Only what this very status tells of: a later key may have been seen already.
        if (Json.text(version, "state").equals("Revoked")) {
          Optional.ofNullable(keys.get(Json.text(version, "keyId")))
              .ifPresent(key -> bury(key, "its revocation is final"));
        }
      }
    }
    checkSecrecy(apiKey, "ApiKey");
  }

  private static boolean revokedForGood(Observed apiKey) {
    return apiKey.is("spec.revoked")
        && apiKey.settled()
        && !apiKey.text("status.revocation.finalAt").isEmpty();
  }

  private void bury(KnownKey key, String why) {
    if (key.bury()) {
      synchronized (dead) {
        dead.add(key);
      }
      history.saw(key.fullName(), "key " + key.keyId() + " must be refused from now on: " + why);
    }
  }

  private void sawOrganization(Observed organization, boolean gone) {
    history.saw(
        organization.name(),
        "Organization generation %d%s%s, Ready=%s, Programmed=%s, told of %d"
            .formatted(
                organization.generation(),
                organization.is("spec.suspended") ? " suspended" : "",
                gone ? " GONE" : organization.deleting() ? " deleting" : "",
                organization.condition("Ready"),
                organization.condition("Programmed"),
                organization.observedGeneration()));
    checkGenerations(organization);
    checkSecrecy(organization, "Organization");
  }

  private void sawSecret(Observed secret, boolean gone) {
    history.saw(
        secret.fullName(),
        "Secret %s%s"
            .formatted(decoded(secret, "key-id"), gone ? " GONE" : " version " + secret.version()));
    String key = decoded(secret, "api-key");
    String keyId = decoded(secret, "key-id");
    if (gone || key.isEmpty() || keyId.isEmpty()) {
      return;
    }
    for (Object owner : secret.list("metadata.ownerReferences")) {
      if (Json.text(owner, "kind").equals("ApiKey")) {
        KnownKey seen = new KnownKey(secret.fullName(), Json.text(owner, "uid"), keyId, key);
        keys.putIfAbsent(keyId, seen);
      }
    }
  }

  static String decoded(Observed secret, String entry) {
    return new String(Base64.getDecoder().decode(secret.text("data." + entry)), UTF_8);
  }

  private void sawOther(Observed object, boolean gone) {
    if (!gone) {
      checkSecrecy(object, "object");
    }
  }

  private void checkGenerations(Observed resource) {
    if (resource.observedGeneration() > resource.generation()) {
      history.violated(
          Invariant.TRUTHFUL,
          resource.fullName(),
          "the status tells of generation %d, there are %d"
              .formatted(resource.observedGeneration(), resource.generation()));
    }
    long before = told.merge(resource.uid(), resource.observedGeneration(), Math::max);
    if (resource.observedGeneration() < before) {
      history.violated(
          Invariant.TRUTHFUL,
          resource.fullName(),
          "the status told of generation %d already, and tells of %d again"
              .formatted(before, resource.observedGeneration()));
    }
  }

  private void checkSecrecy(Observed resource, String kind) {
    String path = Plaintext.in(kind, resource.object());
    if (!path.isEmpty()) {
      history.violated(Invariant.SECRET, resource.fullName(), "a key is in " + path);
    }
  }

  private static void thread(String name, Runnable work) {
    Thread.ofVirtual().name("watch-" + name).start(work);
  }

  private interface Sight {
    void of(Observed object, boolean gone);
  }

  /** Keeps the objects of one kind by UID. */
  private final class Kind implements Cluster.Watcher {
    private final Map<String, Observed> objects;
    private final Sight sight;
    private final Set<String> before = ConcurrentHashMap.newKeySet();

    Kind(Map<String, Observed> objects, Sight sight) {
      this.objects = objects;
      this.sight = sight;
    }

    @Override
    public void again() {
      before.clear();
      before.addAll(objects.keySet());
    }

    @Override
    public void listed() {
      for (String uid : before) {
        Observed gone = objects.remove(uid);
        if (gone != null) {
          sight.of(gone, true);
        }
      }
      before.clear();
    }

    @Override
    public void changed(Map<String, @Nullable Object> object, boolean gone) {
      Observed seen = new Observed(object);
      before.remove(seen.uid());
      Observed old = gone ? objects.remove(seen.uid()) : objects.put(seen.uid(), seen);
      if (old != null && !gone && old.version().equals(seen.version())) {
        return;
      }
      World.this.changed(Json.text(object, "kind") + " " + seen.fullName());
      sight.of(seen, gone);
    }
  }
}
