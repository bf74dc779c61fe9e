package dev.keygate.operator.usage;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Permits to write a status for its counts alone, each for one key and one write. Safe from any
 * thread.
 */
public final class UsageGrants {

  private final Set<String> granted = ConcurrentHashMap.newKeySet();

  void grant(String uid) {
    granted.add(uid);
  }

  /** True once for each grant. */
  public boolean take(String uid) {
    return granted.remove(uid);
  }

  boolean has(String uid) {
    return granted.contains(uid);
  }
}
