package dev.keygate.local.checker;

import java.io.IOException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What the database must not say. For one thread. */
final class StoreChecks {

  private static final int ROUNDS_BETWEEN_SEARCHES = 20;

  private final World world;
  private final Cluster cluster;
  private final Store store;
  private final Settings settings;
  private final History history;
  private final Map<String, Long> ownerless = new HashMap<>();
  private String head = "";
  private boolean unreachable;
  private int round;

  StoreChecks(World world, Cluster cluster, Store store, Settings settings, History history) {
    this.world = world;
    this.cluster = cluster;
    this.store = store;
    this.settings = settings;
    this.history = history;
  }

  /**
   * One round.
   *
   * @param disturbed a fault lasts: nobody need clean up meanwhile
   */
  void round(boolean disturbed) throws InterruptedException {
    try {
      owned(disturbed);
      counted();
      String now = store.head();
      if (!now.equals(head)) {
        head = now;
        world.changed("the feed, to " + now);
      }
      if (round++ % ROUNDS_BETWEEN_SEARCHES == 0) {
        for (String table : store.tablesWithPlaintext()) {
          history.violated(Invariant.SECRET, "table " + table, "a plaintext key is in it");
        }
      }
      said(false, "reachable");
    } catch (SQLException e) {
      said(true, "unreachable: " + e.getMessage());
    }
  }

  private void said(boolean unreachable, String what) {
    if (unreachable != this.unreachable) {
      this.unreachable = unreachable;
      history.saw("database", what);
    }
  }

  private void owned(boolean disturbed) throws SQLException, InterruptedException {
    List<Store.Usable> usable = store.usable();
    Set<String> uids = usable.stream().map(Store.Usable::uid).collect(Collectors.toSet());
    ownerless.keySet().retainAll(uids);
    if (disturbed) {
      ownerless.clear();
      return;
    }
    for (Store.Usable version : usable) {
      if (world.lives(version.uid()) || livesAfterAll(version)) {
        ownerless.remove(version.uid());
        continue;
      }
      long since = ownerless.computeIfAbsent(version.uid(), _ -> System.nanoTime());
      if (System.nanoTime() - since > settings.sweep().toNanos()) {
        history.violated(
            Invariant.OWNED,
            version.namespace() + "/" + version.name(),
            "key %s is usable, and its ApiKey %s has been gone for longer than %d s"
                .formatted(version.keyId(), version.uid(), settings.sweep().toSeconds()));
      }
    }
  }

  private boolean livesAfterAll(Store.Usable version) throws InterruptedException {
    try {
      Optional<Observed> live =
          cluster
              .get(
                  "/apis/keygate.dev/v1alpha1/namespaces/%s/apikeys/%s"
                      .formatted(version.namespace(), version.name()))
              .map(Observed::new);
      return live.isPresent() && live.get().uid().equals(version.uid());
    } catch (IOException e) {
      return true; // Nobody knows.
    }
  }

  /** Of keys that nobody else uses: more can't have been counted than were sent. */
  private void counted() throws SQLException {
    Map<String, Long> stored = store.usage();
    for (KnownKey key : world.known()) {
      long counted = stored.getOrDefault(key.keyId(), 0L);
      if (world.isExclusive(key) && counted > key.sent().get()) {
        history.violated(
            Invariant.COUNTED,
            key.fullName(),
            "%d requests are stored for key %s, and only %d were ever sent"
                .formatted(counted, key.keyId(), key.sent().get()));
      }
    }
  }

  /** Once all is quiet: how many 2xx of exclusive keys are missing; negative: none. */
  long missing() throws SQLException {
    Map<String, Long> stored = store.usage();
    long missing = 0;
    for (KnownKey key : world.known()) {
      if (world.isExclusive(key)) {
        missing += Math.max(0, key.served().get() - stored.getOrDefault(key.keyId(), 0L));
      }
    }
    return missing;
  }
}
