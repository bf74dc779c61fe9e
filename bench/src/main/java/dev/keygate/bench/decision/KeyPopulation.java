package dev.keygate.bench.decision;

import dev.keygate.gateway.view.KeyView;
import dev.keygate.store.feed.FeedFollower;
import dev.keygate.store.feed.FeedKey;
import dev.keygate.store.feed.FeedOrganization;
import dev.keygate.store.feed.FeedPosition;
import dev.keygate.store.key.KeyHash;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A full view of any number of keys, spread over organizations below one root. */
final class KeyPopulation {

  private static final int KEYS_PER_ORGANIZATION = 100;
  private static final FeedPosition POSITION = new FeedPosition(new UUID(0, 1), 1, new UUID(0, 1));
  private static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");

  private KeyPopulation() {}

  /**
   * @param hashes the hash of the key that is loaded as the n-th; the view keeps nothing else of it
   */
  static KeyView load(int keys, IntFunction<KeyHash> hashes, IntFunction<String> organizations) {
    KeyView view = new KeyView(() -> {});
    FeedFollower.Loader loader = view.load();
    loader.organization(organization("root", null));
    for (int i = 0; i < organizationCount(keys); i++) {
      loader.organization(organization(organizationId(i), "root"));
    }
    for (int i = 0; i < keys; i++) {
      loader.key(
          new FeedKey(
              UUID.randomUUID().toString(),
              organizations.apply(i),
              "live",
              List.of("contacts:read", "reports:read"),
              null,
              List.of(new FeedKey.Version(UUID.randomUUID().toString(), hashes.apply(i)))));
    }
    loader.commit(POSITION);
    return view;
  }

  /** The organization of the n-th key of so many. */
  static String organizationOf(int key, int keys) {
    return organizationId(key % organizationCount(keys));
  }

  static int organizationCount(int keys) {
    return Math.max(1, keys / KEYS_PER_ORGANIZATION);
  }

  private static String organizationId(int number) {
    return "org-" + number;
  }

  private static FeedOrganization organization(String id, @Nullable String parent) {
    return new FeedOrganization(
        id, id, parent, "Organization " + id, List.of("contacts:*"), false, CREATED, CREATED);
  }
}
