package dev.keygate.operator.sweep;

/** How many keys a sweep may revoke without a person's word. */
final class SweepRule {

  private static final int ALWAYS_ALLOWED = 20;
  private static final double SHARE = 0.05;

  private SweepRule() {}

  /** A wrong cluster, or an etcd restored from long ago, looks like a mass of deleted resources. */
  static boolean mayRevoke(int orphans, int usable, int confirmed) {
    return orphans <= Math.max(ALWAYS_ALLOWED, (int) (usable * SHARE)) || orphans <= confirmed;
  }
}
