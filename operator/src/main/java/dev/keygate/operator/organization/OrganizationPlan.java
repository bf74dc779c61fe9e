package dev.keygate.operator.organization;

import dev.keygate.store.write.Command;

/** The next single step for an Organization. */
sealed interface OrganizationPlan {

  record Put(Command.PutOrganization command) implements OrganizationPlan {}

  /** Wait, for a bounded time, until the latest change is final. */
  record AwaitReplicas() implements OrganizationPlan {}

  /** Nothing more to do now: say in the status how it stands. */
  record Settle() implements OrganizationPlan {}
}
