package dev.keygate.local.checker;

import dev.keygate.local.checker.Gateways.Answer;
import dev.keygate.local.checker.Settings.Gateway;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Sends keys to one replica, live ones and dead ones, all the time. A live key that is refused is
 * looked into before it counts: only what held before and after the request was true meanwhile.
 */
final class KeyProbes {

  /** So many requests wait for a replica that does not answer; then it gets no more. */
  private static final int OPEN_REQUESTS = 16;

  private static final int TRIES = 50;
  private static final long BETWEEN_TRIES_MILLIS = 100;

  private final World world;
  private final Cluster cluster;
  private final Gateways gateways;
  private final Gateway gateway;
  private final History history;
  private final Random random;
  private final Semaphore open = new Semaphore(OPEN_REQUESTS);

  KeyProbes(
      World world,
      Cluster cluster,
      Gateways gateways,
      Gateway gateway,
      History history,
      long seed) {
    this.world = world;
    this.cluster = cluster;
    this.gateways = gateways;
    this.gateway = gateway;
    this.history = history;
    this.random = new Random(seed);
  }

  /** One round; for one thread. */
  void round() throws InterruptedException {
    for (KnownKey key : world.dead(random, 3)) {
      probeDead(key);
    }
    List<Observed> live = some(world.apiKeys(), 2);
    // Always those that are counted: else a batch of counts rarely has one, and tells nothing.
    live.addAll(world.apiKeys().stream().filter(world::isExclusive).toList());
    // And the newest: a promise that is made too early was made a moment ago.
    world.apiKeys().stream()
        .max(Comparator.comparing(apiKey -> apiKey.text("metadata.creationTimestamp")))
        .ifPresent(live::add);
    for (Observed apiKey : live) {
      if (apiKey.tells("Ready") && apiKey.settled()) {
        probeLive(apiKey);
      }
    }
    for (Observed organization : some(world.organizations(), 1)) {
      if (isSuspendedForAll(organization)) {
        probeSuspended(organization);
      }
    }
  }

  private void probeDead(KnownKey key) {
    if (!open.tryAcquire()) {
      return;
    }
    // It was dead before the first byte is sent.
    gateways
        .send(gateway, "/v1/contacts/checker", key)
        .thenAccept(
            answer -> {
              open.release();
              if (answer.accepted()) {
                history.violated(
                    Invariant.FINAL,
                    key.fullName(),
                    "%s answered %d to key %s after its revocation was final"
                        .formatted(gateway.name(), answer.status(), key.keyId()),
                    gateway.name());
              }
            });
  }

  private void probeLive(Observed apiKey) {
    Optional<KnownKey> key =
        world.keysOf(apiKey.uid()).stream()
            .filter(known -> known.keyId().equals(apiKey.text("status.keyId")) && !known.dead())
            .findFirst();
    if (key.isEmpty() || !open.tryAcquire()) {
      return;
    }
    gateways
        .send(gateway, "/v1/contacts/checker", key.get())
        .thenAccept(
            answer -> {
              open.release();
              if (!answer.accepted() && answer.status() != 0) {
                Thread.ofVirtual().name("suspicion").start(() -> lookInto(apiKey));
              }
            });
  }

  /** Ends with a violation only if everything promises that the key works, and it does not. */
  private void lookInto(Observed suspect) {
    int notServing = 0;
    try {
      for (int i = 0; i < TRIES; i++) {
        Promise before = promise(suspect);
        if (before == null || !gateways.isReady(gateway)) {
          return;
        }
        Answer answer = gateways.send(gateway, "/v1/contacts/checker", before.key()).join();
        Promise after = promise(suspect);
        if (answer.accepted()
            || after == null
            || !after.secretVersion().equals(before.secretVersion())
            || !gateways.isReady(gateway)) {
          return;
        }
        // 503 is what it answers at a moment in which it is not ready.
        if (answer.status() != 0 && answer.status() != 503 || ++notServing == TRIES) {
          history.violated(
              Invariant.ACCEPTED,
              suspect.fullName(),
              "%s is ready and answered %d to key %s, though Ready=True before and after"
                  .formatted(gateway.name(), answer.status(), before.key().keyId()),
              gateway.name());
          return;
        }
        Thread.sleep(BETWEEN_TRIES_MILLIS);
      }
    } catch (IOException e) {
      history.saw(suspect.fullName(), "could not be looked into: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private record Promise(KnownKey key, String secretVersion) {}

  /** What the cluster promises at this moment; null when it promises nothing. */
  private @Nullable Promise promise(Observed suspect) throws IOException, InterruptedException {
    String namespace = "/namespaces/" + suspect.namespace();
    Optional<Observed> apiKey =
        cluster
            .get("/apis/keygate.dev/v1alpha1" + namespace + "/apikeys/" + suspect.name())
            .map(Observed::new);
    if (apiKey.isEmpty() || !promises(apiKey.get())) {
      return null;
    }
    Optional<Observed> secret =
        cluster
            .get("/api/v1" + namespace + "/secrets/" + apiKey.get().text("status.binding.name"))
            .map(Observed::new);
    if (secret.isEmpty()) {
      return null;
    }
    String keyId = World.decoded(secret.get(), "key-id");
    return new Promise(
        world
            .key(keyId)
            .orElseGet(
                () ->
                    new KnownKey(
                        suspect.fullName(),
                        suspect.uid(),
                        keyId,
                        World.decoded(secret.get(), "api-key"))),
        secret.get().version());
  }

  private boolean promises(Observed apiKey) throws IOException, InterruptedException {
    if (!apiKey.tells("Ready")
        || !apiKey.settled()
        || apiKey.deleting()
        || apiKey.expired(Instant.now().plusSeconds(2))) {
      return false;
    }
    String next = apiKey.text("spec.organizationRef.name");
    List<String> seen = new ArrayList<>();
    while (!next.isEmpty() && !seen.contains(next)) {
      seen.add(next);
      Optional<Observed> organization =
          cluster.get(World.ORGANIZATIONS + "/" + next).map(Observed::new);
      if (organization.isEmpty()
          || organization.get().is("spec.suspended")
          || !organization.get().settled()) {
        return false;
      }
      next = organization.get().text("spec.parentRef.name");
    }
    return true;
  }

  private static boolean isSuspendedForAll(Observed organization) {
    return organization.is("spec.suspended")
        && organization.settled()
        && organization.tells("Programmed")
        && !organization.text("status.revocation.finalAt").isEmpty();
  }

  private void probeSuspended(Observed organization) {
    for (KnownKey key : some(keysBelow(organization), 1)) {
      if (!open.tryAcquire()) {
        return;
      }
      gateways
          .send(gateway, "/v1/contacts/checker", key)
          .thenAccept(
              answer -> {
                open.release();
                if (answer.accepted() && stillSuspended(organization)) {
                  history.violated(
                      Invariant.FINAL,
                      key.fullName(),
                      "%s answered %d to key %s though the suspension of %s was final"
                          .formatted(
                              gateway.name(), answer.status(), key.keyId(), organization.name()),
                      gateway.name(),
                      organization.name());
                }
              });
    }
  }

  private boolean stillSuspended(Observed organization) {
    try {
      return cluster
          .get(World.ORGANIZATIONS + "/" + organization.name())
          .map(Observed::new)
          .filter(now -> now.generation() == organization.generation())
          .isPresent();
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private List<KnownKey> keysBelow(Observed organization) {
    return world.apiKeys().stream()
        .filter(
            apiKey ->
                world.chain(apiKey.text("spec.organizationRef.name")).stream()
                    .anyMatch(above -> above.uid().equals(organization.uid())))
        .flatMap(apiKey -> world.keysOf(apiKey.uid()).stream())
        .toList();
  }

  private <T> List<T> some(List<T> all, int count) {
    List<T> some = new ArrayList<>();
    for (int i = 0; i < Math.min(count, all.size()); i++) {
      some.add(all.get(random.nextInt(all.size())));
    }
    return some;
  }
}
