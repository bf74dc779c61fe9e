package dev.keygate.store.write;

import dev.keygate.store.feed.Change;
import dev.keygate.store.key.KeyHash;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a batch of commands was read under the feed's lock, and what the commands made of it. One
 * batch, one thread at a time; nobody else writes meanwhile.
 */
final class WorkingSet {

  private final long seq;
  private final Instant now;

  private final Map<String, OrganizationRow> organizations = new HashMap<>();
  private final Map<String, String> uidById = new HashMap<>();
  private final Map<String, String> uidByName = new HashMap<>();
  private final Map<String, Long> children = new HashMap<>();
  private final Map<String, Long> keysBelow = new HashMap<>();
  private final Map<String, KeyRow> keys = new HashMap<>();
  private final Map<String, KeyRow.Version> storedVersions = new HashMap<>();
  private final Set<String> keyIds = new LinkedHashSet<>();
  private final Set<KeyHash> hashes = new LinkedHashSet<>();

  private final Set<String> removedOrganizations = new LinkedHashSet<>();
  private final Set<String> changedOrganizations = new LinkedHashSet<>();
  private final Set<String> changedKeys = new LinkedHashSet<>();
  private final List<Change> changes = new ArrayList<>();
  private final List<AuditRow> audit = new ArrayList<>();

  /**
   * @param seq the batch's number in the feed
   * @param now the database's time, in whole microseconds
   */
  WorkingSet(long seq, Instant now) {
    this.seq = seq;
    this.now = now;
  }

  long seq() {
    return seq;
  }

  Instant now() {
    return now;
  }

  // What was read

  void loaded(OrganizationRow row) {
    organizations.put(row.uid(), row);
    uidById.put(row.id(), row.uid());
    uidByName.put(row.name(), row.uid());
  }

  void loadedDependents(String organizationId, long childCount, long keyCount) {
    children.merge(organizationId, childCount, Long::sum);
    keysBelow.merge(organizationId, keyCount, Long::sum);
  }

  void loaded(KeyRow row) {
    keys.put(row.spec().uid(), row);
    for (KeyRow.Version version : row.versions()) {
      storedVersions.put(version.keyId(), version);
      taken(version.keyId(), version.hash());
    }
  }

  /** A version of any key, so that neither its id nor its hash is ever used again. */
  void taken(String keyId, KeyHash hash) {
    keyIds.add(keyId);
    hashes.add(hash);
  }

  // Organizations

  Optional<OrganizationRow> organizationByUid(String uid) {
    return Optional.ofNullable(organizations.get(uid));
  }

  Optional<OrganizationRow> organizationById(String id) {
    return Optional.ofNullable(uidById.get(id)).map(organizations::get);
  }

  Optional<OrganizationRow> organizationByName(String name) {
    return Optional.ofNullable(uidByName.get(name)).map(organizations::get);
  }

  long children(String organizationId) {
    return children.getOrDefault(organizationId, 0L);
  }

  long keys(String organizationId) {
    return keysBelow.getOrDefault(organizationId, 0L);
  }

  void put(OrganizationRow row) {
    loaded(row);
    changedOrganizations.add(row.uid());
    removedOrganizations.remove(row.uid());
    if (row.parentId() != null) {
      children.merge(row.parentId(), 1L, Long::sum);
    }
  }

  void remove(OrganizationRow row) {
    organizations.remove(row.uid());
    uidById.remove(row.id());
    uidByName.remove(row.name());
    changedOrganizations.remove(row.uid());
    removedOrganizations.add(row.uid());
    if (row.parentId() != null) {
      children.merge(row.parentId(), -1L, Long::sum);
    }
  }

  // Keys

  Optional<KeyRow> key(String uid) {
    return Optional.ofNullable(keys.get(uid));
  }

  boolean isTaken(String keyId, KeyHash hash) {
    return keyIds.contains(keyId) || hashes.contains(hash);
  }

  void put(KeyRow row) {
    KeyRow old = keys.put(row.spec().uid(), row);
    if (old != null && !old.deleted()) {
      keysBelow.merge(old.spec().organizationId(), -1L, Long::sum);
    }
    if (!row.deleted()) {
      keysBelow.merge(row.spec().organizationId(), 1L, Long::sum);
    }
    row.versions().forEach(version -> taken(version.keyId(), version.hash()));
    changedKeys.add(row.spec().uid());
  }

  // What is to be written

  void log(Change change) {
    changes.add(change);
  }

  void audit(AuditRow row) {
    audit.add(row);
  }

  List<Change> changes() {
    return changes;
  }

  List<AuditRow> audit() {
    return audit;
  }

  Collection<String> removedOrganizations() {
    return removedOrganizations;
  }

  List<OrganizationRow> changedOrganizations() {
    return changedOrganizations.stream().map(organizations::get).toList();
  }

  List<KeyRow> changedKeys() {
    return changedKeys.stream().map(keys::get).toList();
  }

  /** Versions that are not in the store yet, with the UID of their key. */
  Map<KeyRow.Version, String> newVersions() {
    return versions(version -> !storedVersions.containsKey(version.keyId()));
  }

  Map<KeyRow.Version, String> changedVersions() {
    return versions(
        version -> {
          KeyRow.Version stored = storedVersions.get(version.keyId());
          return stored != null && !stored.equals(version);
        });
  }

  private Map<KeyRow.Version, String> versions(Predicate<KeyRow.Version> wanted) {
    Map<KeyRow.Version, String> found = new LinkedHashMap<>();
    for (KeyRow key : changedKeys()) {
      key.versions().stream()
          .filter(wanted)
          .forEach(version -> found.put(version, key.spec().uid()));
    }
    return found;
  }
}
