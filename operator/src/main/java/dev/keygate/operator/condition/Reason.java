package dev.keygate.operator.condition;

/** Every reason that a condition or an Event of the operator gives. The constants are the API. */
public enum Reason {
  Accepted,
  Programmed,
  Ready,

  Pending,

  /** The spec can't be carried out as it is. */
  Invalid,
  OrganizationNotFound,
  OrganizationNotAccepted,
  ParentCycle,
  SecretConflict,

  StoreUnavailable,
  AwaitingReplicas,

  Revoked,
  Expired,
  OrganizationSuspended,
  NotAccepted,
  NotProgrammed,

  /** An Organization that is being deleted still has children or keys. */
  DeletionBlocked,

  /** The first key of a resource. */
  Created,

  /** A new key after all earlier ones had been revoked. */
  Reissued,

  /** A new key because the Secret, or the key in it, was gone. */
  SecretLost,

  /** A key that was minted and never delivered. */
  Orphaned,

  /** The resource was deleted. */
  Deleted
}
