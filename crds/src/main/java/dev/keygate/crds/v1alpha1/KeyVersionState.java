package dev.keygate.crds.v1alpha1;

/** Where a version of a key is in its life. */
public enum KeyVersionState {
  /** Gateways accept it; it is not in the Secret yet. */
  Pending,

  /** It is the one in the Secret. */
  Active,

  /** Replaced, and accepted until retireAt at most. */
  Retiring,

  /** Refused for good. */
  Revoked
}
