package dev.keygate.operator.organization;

import dev.keygate.crds.v1alpha1.Organization;
import dev.keygate.crds.v1alpha1.OrganizationStatus;
import dev.keygate.operator.condition.Verdicts;
import dev.keygate.operator.status.Teller;
import dev.keygate.store.write.CommandRejectedException;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is told of Organizations when a step fails. */
final class OrganizationWords implements Teller.Words<Organization, OrganizationStatus> {

  @Override
  public Organization resource() {
    return new Organization();
  }

  @Override
  public OrganizationStatus status() {
    return new OrganizationStatus();
  }

  @Override
  public @Nullable List<Condition> conditionsOf(OrganizationStatus status) {
    return status.getConditions();
  }

  @Override
  public OrganizationStatus with(
      OrganizationStatus status, Verdicts verdicts, long generation, Instant now) {
    return OrganizationStatuses.withConditions(status, verdicts, generation, now);
  }

  @Override
  public Verdicts storeUnavailable() {
    return OrganizationConditions.storeUnavailable();
  }

  @Override
  public Optional<Verdicts> refused(String name, RuntimeException failure) {
    return failure instanceof CommandRejectedException
        ? Optional.of(OrganizationConditions.rejected(name, String.valueOf(failure.getMessage())))
        : Optional.empty();
  }

  @Override
  public String changed() {
    return "organization changed";
  }
}
