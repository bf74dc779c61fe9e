package dev.keygate.gateway.view;

import dev.keygate.store.feed.Change;
import dev.keygate.store.feed.FeedFollower;
import dev.keygate.store.feed.FeedKey;
import dev.keygate.store.feed.FeedOrganization;
import dev.keygate.store.feed.FeedPosition;
import dev.keygate.store.key.KeyHash;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps the snapshot current. Written by the feed's reader, one call at a time; read from any
 * thread with one volatile read. A batch of changes is one swap.
 */
public final class KeyView implements FeedFollower {

  private final Runnable swapped;
  private volatile KeySnapshot snapshot = KeySnapshot.NOTHING;
  private Contents contents = new Contents();

  /**
   * @param swapped called after each swap, by the feed's thread; must not block
   */
  public KeyView(Runnable swapped) {
    this.swapped = swapped;
  }

  public KeySnapshot snapshot() {
    return snapshot;
  }

  @Override
  public Loader load() {
    Contents fresh = new Contents();
    KeyEdit edit = new KeyEdit(KeySnapshot.NOTHING, fresh);
    return new Loader() {
      @Override
      public void organization(FeedOrganization organization) {
        fresh.organizations.put(organization.id(), organization);
      }

      @Override
      public void key(FeedKey key) {
        edit.add(key, KeyHash.of(key.uid()));
      }

      @Override
      public void commit(FeedPosition at) {
        contents = fresh;
        swap(edit.done(at, fresh.tree()));
      }
    };
  }

  @Override
  public void apply(FeedPosition to, List<Change> changes) {
    KeyEdit edit = new KeyEdit(snapshot, contents);
    boolean treeChanged = false;
    for (Change change : changes) {
      switch (change) {
        case Change.KeyPut(var key) -> edit.put(key);
        case Change.KeyRemoved(var uid) -> edit.remove(KeyHash.of(uid));
        case Change.OrganizationPut(var organization) -> {
          contents.organizations.put(organization.id(), organization);
          treeChanged = true;
        }
        case Change.OrganizationRemoved(var id) -> {
          contents.organizations.remove(id);
          treeChanged = true;
        }
      }
    }
    swap(edit.done(to, treeChanged ? contents.tree() : snapshot.organizations()));
  }

  private void swap(KeySnapshot next) {
    snapshot = next;
    swapped.run();
  }

  /** What only the writer needs: the organizations as they came, and what is shared. */
  private static final class Contents {
    private final Map<String, FeedOrganization> organizations = new HashMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final PermissionSets permissions = new PermissionSets();

    OrganizationTree tree() {
      organizations.keySet().forEach(this::number);
      return OrganizationTree.of(organizations.values(), this::number, numbers.size(), permissions);
    }

    /** Stands for the id for ever, also while no such organization is known. */
    int number(String organizationId) {
      return numbers.computeIfAbsent(organizationId, id -> numbers.size());
    }
  }

  private static final class KeyEdit {
    private final Contents contents;
    private final KeyIndex.Editor byHash;
    private final KeyIndex.Editor byUid;
    private int retiring;

    KeyEdit(KeySnapshot base, Contents contents) {
      this.contents = contents;
      this.byHash = base.byHash().edit(KeyEntry::hashWord);
      this.byUid = base.byUid().edit(KeyEntry::uidWord);
      this.retiring = base.retiring();
    }

    void put(FeedKey key) {
      KeyHash uid = KeyHash.of(key.uid());
      remove(uid);
      add(key, uid);
    }

    void add(FeedKey key, KeyHash uid) {
      int organization = contents.number(key.organizationId());
      PermissionSet permissions = contents.permissions.of(key.permissions());
      Instant expiry = key.expiresAt();
      long expiresAtMillis = expiry == null ? KeyEntry.NEVER : expiry.toEpochMilli();
      for (FeedKey.Version version : key.versions()) {
        KeyEntry entry =
            new KeyEntry(
                version.hash(),
                uid,
                version.keyId(),
                version.retiring(),
                organization,
                permissions,
                expiresAtMillis);
        retiring += version.retiring() ? 1 : 0;
        byHash.add(entry);
        byUid.add(entry);
      }
    }

    void remove(KeyHash uid) {
      for (KeyEntry removed : byUid.remove(uid.a(), entry -> entry.hasUid(uid))) {
        byHash.remove(removed.hashWord(), entry -> entry == removed);
        retiring -= removed.retiring() ? 1 : 0;
      }
    }

    KeySnapshot done(FeedPosition at, OrganizationTree organizations) {
      return new KeySnapshot(at, byHash.done(), byUid.done(), organizations, retiring);
    }
  }
}
