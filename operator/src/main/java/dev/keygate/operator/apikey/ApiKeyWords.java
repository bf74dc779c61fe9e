package dev.keygate.operator.apikey;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.crds.v1alpha1.ApiKeyStatus;
import dev.keygate.operator.condition.Verdicts;
import dev.keygate.operator.status.Teller;
import dev.keygate.store.write.CommandRejectedException;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is told of ApiKeys when a step fails. */
final class ApiKeyWords implements Teller.Words<ApiKey, ApiKeyStatus> {

  @Override
  public ApiKey resource() {
    return new ApiKey();
  }

  @Override
  public ApiKeyStatus status() {
    return new ApiKeyStatus();
  }

  @Override
  public @Nullable List<Condition> conditionsOf(ApiKeyStatus status) {
    return status.getConditions();
  }

  @Override
  public ApiKeyStatus with(ApiKeyStatus status, Verdicts verdicts, long generation, Instant now) {
    return ApiKeyStatuses.withConditions(status, verdicts, generation, now);
  }

  @Override
  public Verdicts storeUnavailable() {
    return ApiKeyConditions.storeUnavailable();
  }

  @Override
  public Optional<Verdicts> refused(String name, RuntimeException failure) {
    return switch (failure) {
      case CommandRejectedException e ->
          Optional.of(ApiKeyConditions.rejected(name, String.valueOf(e.getMessage())));
      case SecretRefusedException e -> Optional.of(ApiKeyConditions.secretRefused(e));
      default -> Optional.empty();
    };
  }

  @Override
  public String changed() {
    return "api key changed";
  }
}
