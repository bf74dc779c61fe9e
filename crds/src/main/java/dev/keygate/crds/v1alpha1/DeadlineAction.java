package dev.keygate.crds.v1alpha1;

/** What happens when the overlap of a rotation ends and the old key still has traffic. */
public enum DeadlineAction {
  /** The old key is revoked. */
  Revoke,

  /** Both keys stay usable until traffic has moved. */
  Hold
}
