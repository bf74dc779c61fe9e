package dev.keygate.gateway.view;

import dev.keygate.store.feed.FeedPosition;
import dev.keygate.store.key.KeyHash;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All usable keys and organizations at one position of the feed. Immutable; a request takes one and
 * passes it along.
 */
public final class KeySnapshot {

  /** Before the first full view: no key, no organization, a position that no feed has. */
  static final KeySnapshot NOTHING =
      new KeySnapshot(
          new FeedPosition(new UUID(0, 0), -1, new UUID(0, 0)),
          KeyIndex.EMPTY,
          KeyIndex.EMPTY,
          OrganizationTree.EMPTY,
          0);

  private final FeedPosition position;
  private final KeyIndex byHash;
  private final KeyIndex byUid;
  private final OrganizationTree organizations;
  private final int retiring;

  KeySnapshot(
      FeedPosition position,
      KeyIndex byHash,
      KeyIndex byUid,
      OrganizationTree organizations,
      int retiring) {
    this.position = position;
    this.byHash = byHash;
    this.byUid = byUid;
    this.organizations = organizations;
    this.retiring = retiring;
  }

  public Optional<KeyEntry> find(KeyHash hash) {
    @Nullable KeyEntry[] slots = byHash.slots(hash.a());
    if (slots.length > 0) {
      int mask = slots.length - 1;
      KeyEntry entry;
      for (int i = KeyIndex.start(hash.a(), slots.length);
          (entry = slots[i]) != null;
          i = (i + 1) & mask) {
        if (entry.hasHash(hash)) {
          return Optional.of(entry);
        }
      }
    }
    return Optional.empty();
  }

  public Optional<OrganizationNode> organizationOf(KeyEntry entry) {
    return Optional.ofNullable(organizations.numbered(entry.organization()));
  }

  public OrganizationTree organizations() {
    return organizations;
  }

  public FeedPosition position() {
    return position;
  }

  /** False until a first full view was put in force. */
  public boolean loaded() {
    return position.seq() >= 0;
  }

  /** Usable key versions. */
  public int keys() {
    return byHash.size();
  }

  /** How many of them another version has replaced. */
  public int retiring() {
    return retiring;
  }

  KeyIndex byHash() {
    return byHash;
  }

  KeyIndex byUid() {
    return byUid;
  }
}
