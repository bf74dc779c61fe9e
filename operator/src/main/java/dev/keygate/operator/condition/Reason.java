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

  /** A new key because the one before had reached its age. */
  Scheduled,

  /** A new key because spec.rotation.revision was raised. */
  RevisionRaised,

  /** A rotation: the new key is minted and accepted. */
  Issued,

  /** A rotation: the new key is in the Secret. */
  Delivered,

  /** A rotation: the new key has traffic. */
  Adopted,

  /** A rotation: the old key has had no traffic for the quiet period, and is revoked. */
  Drained,

  /** A rotation: the overlap is over, and the old key, which still has traffic, was not revoked. */
  Held,

  /** No rotation is under way. */
  Complete,

  /** A rotation: the overlap is over, and the old key is revoked. */
  DeadlineReached,

  /** A rotation: the overlap is nearly over, and the old key still has traffic. */
  DeadlineNear,

  /** No request has presented the key for the time that was set. */
  Unused,

  /** A request presented the key within that time. */
  Used,

  /** Whether it is used can't be told yet: counting began less than that time ago. */
  TrackingTooShort,

  /** Whether it is used can't be told now: some gateway's counts are not stored. */
  UsageIncomplete,

  /** The API server does not take the Secret: a quota, an admission policy, an immutable Secret. */
  SecretRefused,

  /** A key that was minted and never delivered. */
  Orphaned,

  /** The resource was deleted. */
  Deleted,

  /** PostgreSQL lost changes, and no resource spoke for this version. */
  StoreRestored,

  /** A gateway has not renewed its lease for long: revocations wait for it. */
  GatewayDegraded,

  /** A sweep would revoke more keys than it may without a person's word. */
  SweepHeld
}
