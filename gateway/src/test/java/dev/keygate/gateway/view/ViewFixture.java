package dev.keygate.gateway.view;

import dev.keygate.store.feed.FeedFollower;
import dev.keygate.store.feed.FeedKey;
import dev.keygate.store.feed.FeedOrganization;
import dev.keygate.store.feed.FeedPosition;
import dev.keygate.store.key.KeyHash;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Feed entries with little ceremony. */
public final class ViewFixture {

  private static final UUID EPOCH = new UUID(1, 1);
  private static final Instant CREATED = Instant.parse("2026-01-02T03:04:05Z");

  private ViewFixture() {}

  public static FeedPosition at(long seq) {
    return new FeedPosition(EPOCH, seq, new UUID(2, seq));
  }

  public static FeedOrganization organization(String id, @Nullable String parent) {
    return organization(id, parent, null, false);
  }

  public static FeedOrganization organization(
      String id, @Nullable String parent, @Nullable List<String> ceiling, boolean suspended) {
    return new FeedOrganization(
        id, "name-" + id, parent, "The " + id, ceiling, suspended, CREATED, CREATED);
  }

  /** With one version, whose plaintext and key id are the UID. */
  public static FeedKey key(String uid, String organization, String... permissions) {
    return key(uid, organization, null, permissions);
  }

  public static FeedKey key(
      String uid, String organization, @Nullable Instant expiresAt, String... permissions) {
    return new FeedKey(
        uid,
        organization,
        "live",
        List.of(permissions),
        expiresAt,
        List.of(new FeedKey.Version(uid, KeyHash.of(uid))));
  }

  public static KeyView loaded(
      long seq, Collection<FeedOrganization> organizations, Collection<FeedKey> keys) {
    KeyView view = new KeyView(() -> {});
    load(view, seq, organizations, keys);
    return view;
  }

  public static void load(
      KeyView view,
      long seq,
      Collection<FeedOrganization> organizations,
      Collection<FeedKey> keys) {
    FeedFollower.Loader loader = view.load();
    organizations.forEach(loader::organization);
    keys.forEach(loader::key);
    loader.commit(at(seq));
  }
}
