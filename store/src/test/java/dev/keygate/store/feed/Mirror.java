package dev.keygate.store.feed;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A follower that holds what the feed says, and how it came to know it. */
public final class Mirror implements FeedFollower {

  private final AtomicInteger loads = new AtomicInteger();
  private final List<FeedPosition> applied = new CopyOnWriteArrayList<>();
  private final List<Change> changes = new CopyOnWriteArrayList<>();
  private volatile View view = new View(null, Map.of(), Map.of());

  @Override
  public Loader load() {
    Map<String, FeedOrganization> organizations = new HashMap<>();
    Map<String, FeedKey> keys = new HashMap<>();
    return new Loader() {
      @Override
      public void organization(FeedOrganization organization) {
        organizations.put(organization.id(), organization);
      }

      @Override
      public void key(FeedKey key) {
        if (keys.put(key.uid(), key) != null) {
          throw new IllegalStateException("key " + key.uid() + " came twice");
        }
      }

      @Override
      public void commit(FeedPosition at) {
        view = new View(at, organizations, keys);
        loads.incrementAndGet();
      }
    };
  }

  @Override
  public void apply(FeedPosition to, List<Change> batch) {
    Map<String, FeedOrganization> organizations = new HashMap<>(view.organizations());
    Map<String, FeedKey> keys = new HashMap<>(view.keys());
    for (Change change : batch) {
      switch (change) {
        case Change.OrganizationPut(var put) -> organizations.put(put.id(), put);
        case Change.OrganizationRemoved(var id) -> organizations.remove(id);
        case Change.KeyPut(var put) -> keys.put(put.uid(), put);
        case Change.KeyRemoved(var uid) -> keys.remove(uid);
      }
    }
    applied.add(to);
    changes.addAll(batch);
    view = new View(to, organizations, keys);
  }

  public View view() {
    return view;
  }

  public int loads() {
    return loads.get();
  }

  /** Positions of all calls of apply. */
  public List<FeedPosition> applied() {
    return new ArrayList<>(applied);
  }

  public List<Change> changes() {
    return new ArrayList<>(changes);
  }

  public record View(
      @Nullable FeedPosition position,
      Map<String, FeedOrganization> organizations,
      Map<String, FeedKey> keys) {

    public FeedOrganization organization(String id) {
      return Objects.requireNonNull(organizations.get(id), id);
    }

    public long seq() {
      return position == null ? -1 : position.seq();
    }
  }
}
