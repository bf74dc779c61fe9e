package dev.keygate.operator.sweep;

import java.util.Collection;

/** How many keys a sweep may revoke without a person's word. */
final class SweepRule {

  private static final int ALWAYS_ALLOWED = 20;
  private static final double SHARE = 0.05;

  /** So that whoever rules over a namespace or two holds nobody's sweep, nor the own keys alive. */
  private static final int COUNTED_PER_NAMESPACE = 5;

  /** More than that is no tenant's doing, wherever it is. */
  private static final double MOST = 0.5;

  private SweepRule() {}

  /**
   * A wrong cluster, or an etcd restored from long ago, looks like a mass of deleted resources.
   * More than a few at once pass only when they are in few namespaces, and not most of all keys.
   *
   * @param orphans how many in each namespace
   */
  static boolean mayRevoke(Collection<Integer> orphans, int usable, int confirmed) {
    int all = orphans.stream().mapToInt(Integer::intValue).sum();
    int counted = orphans.stream().mapToInt(count -> Math.min(count, COUNTED_PER_NAMESPACE)).sum();
    boolean few = all <= Math.max(ALWAYS_ALLOWED, (int) (usable * SHARE));
    boolean inFewNamespaces = counted <= ALWAYS_ALLOWED && all <= usable * MOST;
    return few || inFewNamespaces || all <= confirmed;
  }
}
