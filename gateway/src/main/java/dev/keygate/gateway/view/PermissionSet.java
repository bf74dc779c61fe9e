package dev.keygate.gateway.view;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A list of {@code resource:action}, {@code resource:*} and {@code *}, shared by every key and
 * organization that has the same one. Immutable but for a cache; safe from any thread.
 */
public final class PermissionSet {

  public static final PermissionSet ALL = new PermissionSet(List.of("*"));
  public static final PermissionSet NONE = new PermissionSet(List.of());

  private static final int MEETS_KEPT = 64;

  private final Set<String> entries;
  private final boolean all;
  private final String text;
  private final ConcurrentHashMap<PermissionSet, PermissionSet> meets = new ConcurrentHashMap<>(1);

  PermissionSet(Collection<String> permissions) {
    TreeSet<String> sorted = new TreeSet<>(permissions);
    this.all = sorted.contains("*");
    this.entries = all ? Set.of("*") : Set.copyOf(sorted);
    this.text = all ? "*" : String.join(",", sorted);
  }

  public boolean grants(Permission permission) {
    return all || entries.contains(permission.value()) || entries.contains(permission.wildcard());
  }

  /** What both grant. Kept for the pairs seen last, so that a request pays one look-up. */
  public PermissionSet within(PermissionSet ceiling) {
    if (ceiling.all || ceiling == this) {
      return this;
    }
    PermissionSet known = meets.get(ceiling);
    if (known != null) {
      return known;
    }
    PermissionSet meet = meet(ceiling);
    if (meets.size() >= MEETS_KEPT) {
      meets.clear();
    }
    meets.put(ceiling, meet);
    return meet;
  }

  /** Sorted, separated by commas: what upstreams get. */
  public String text() {
    return text;
  }

  Set<String> entries() {
    return Collections.unmodifiableSet(entries);
  }

  private PermissionSet meet(PermissionSet ceiling) {
    if (all) {
      return ceiling;
    }
    TreeSet<String> both = new TreeSet<>();
    addGranted(entries, ceiling.entries, both);
    addGranted(ceiling.entries, entries, both);
    return both.equals(entries) ? this : new PermissionSet(both);
  }

  /**
   * Adds those of {@code asked} that {@code granting} has, itself or by the resource's wildcard.
   */
  private static void addGranted(Set<String> asked, Set<String> granting, Set<String> to) {
    for (String entry : asked) {
      String wildcard = entry.substring(0, entry.indexOf(':') + 1) + "*";
      if (granting.contains(entry) || granting.contains(wildcard)) {
        to.add(entry);
      }
    }
  }

  @Override
  public String toString() {
    return "[" + text + "]";
  }
}
