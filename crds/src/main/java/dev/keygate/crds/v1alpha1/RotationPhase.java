package dev.keygate.crds.v1alpha1;

/** How far a rotation has come. */
public enum RotationPhase {
  /** The new key is minted and accepted. */
  Issued,

  /** The new key is in the Secret. */
  Delivered,

  /** The new key has traffic. */
  Adopted,

  /** The old key has had no traffic for quietPeriod. */
  Drained,

  /** The overlap is over, and the old key is revoked whether or not it still has traffic. */
  DeadlineReached,

  /** The overlap is over, the old key still has traffic, and onDeadline is Hold. */
  Held,

  /** The old key is revoked, and every gateway has acknowledged that. */
  Complete
}
