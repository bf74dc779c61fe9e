package dev.keygate.gateway.view;

import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives equal lists the same {@link PermissionSet}, so that a million keys with a few different
 * lists hold a few objects. Used by the view's one writer only.
 */
final class PermissionSets {

  private final Map<List<String>, WeakReference<PermissionSet>> known = new HashMap<>();
  private int purgeAt = 1024;

  PermissionSet of(List<String> permissions) {
    if (permissions.isEmpty()) {
      return PermissionSet.NONE;
    }
    WeakReference<PermissionSet> reference = known.get(permissions);
    PermissionSet set = reference == null ? null : reference.get();
    if (set == null) {
      set = new PermissionSet(permissions);
      known.put(List.copyOf(permissions), new WeakReference<>(set));
      purge();
    }
    return set;
  }

  private void purge() {
    if (known.size() >= purgeAt) {
      known.values().removeIf(reference -> reference.get() == null);
      purgeAt = Math.max(1024, 2 * known.size());
    }
  }
}
