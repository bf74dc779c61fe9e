package dev.keygate.local.checker;

import dev.keygate.local.checker.Settings.Gateway;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Asks, with a key of one organization, for another one that is not below it, in several words. */
final class Confinement {

  private final World world;
  private final Gateways gateways;
  private final List<Gateway> replicas;
  private final History history;
  private final Random random;

  Confinement(World world, Gateways gateways, List<Gateway> replicas, History history, long seed) {
    this.world = world;
    this.gateways = gateways;
    this.replicas = List.copyOf(replicas);
    this.history = history;
    this.random = new Random(seed);
  }

  /** One request in one of its ways, if there are two organizations apart. */
  void round() {
    Optional<Observed> apiKey = any(world.apiKeys());
    Optional<Observed> other = any(world.organizations());
    if (apiKey.isEmpty() || other.isEmpty()) {
      return;
    }
    Optional<String> own = world.organizationOf(apiKey.get());
    Optional<KnownKey> key =
        world.keysOf(apiKey.get().uid()).stream()
            // What is refused so is not counted, and would hide what is counted twice.
            .filter(known -> !known.dead() && !world.isExclusive(known))
            .findFirst();
    boolean below =
        world.chain(other.get().name()).stream()
            .anyMatch(o -> o.name().equals(apiKey.get().text("spec.organizationRef.name")));
    if (own.isEmpty() || key.isEmpty() || below) {
      return;
    }
    String foreign = World.id(other.get());
    Gateway gateway = replicas.get(random.nextInt(replicas.size()));
    switch (random.nextInt(6)) {
      case 0 -> ask(gateway, key.get(), foreign, "/v1/organizations/" + foreign + "/x");
      case 1 -> ask(gateway, key.get(), foreign, "/v1/contacts/x?organization_id=" + foreign);
      case 2 ->
          ask(
              gateway,
              key.get(),
              foreign,
              "/v1/organizations/" + own.get() + "/x?organizationId=" + foreign);
      case 3 ->
          ask(
              gateway,
              key.get(),
              foreign,
              "/v1/organizations/" + own.get() + "/../" + foreign + "/x");
      case 4 ->
          ask(
              gateway,
              key.get(),
              foreign,
              "/v1/organizations/" + own.get() + "%2f..%2f" + foreign + "/x");
      default -> ask(gateway, key.get(), foreign, "/v1/contacts/x", "X-Organization-Id", foreign);
    }
  }

  private void ask(Gateway gateway, KnownKey key, String foreign, String path, String... headers) {
    gateways
        .send(gateway, path, key, headers)
        .thenAccept(
            answer -> {
              if (answer.accepted()) {
                history.violated(
                    Invariant.CONFINED,
                    key.fullName(),
                    "%s let key %s through to organization %s at %s %s"
                        .formatted(
                            gateway.name(), key.keyId(), foreign, path, String.join(" ", headers)),
                    gateway.name());
              }
            });
  }

  private <T> Optional<T> any(List<T> all) {
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
  }
}
