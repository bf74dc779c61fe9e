package dev.keygate.operator.usage;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Permits to write a status for its counts alone, each for one key and one write: asked for by
 * whoever sees that a status is behind, granted within the budget. Safe from any thread.
 */
public final class UsageGrants {

  private final Set<String> granted = ConcurrentHashMap.newKeySet();
  private final Set<String> asked = ConcurrentHashMap.newKeySet();

  /** The key is reconciled again with a permit, soon; asking twice changes nothing. */
  public void ask(String uid) {
    asked.add(uid);
  }

  /** Those for whom somebody asked since the last call. */
  List<String> asked() {
    List<String> taken = new ArrayList<>();
    asked.removeIf(taken::add);
    return taken;
  }

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
