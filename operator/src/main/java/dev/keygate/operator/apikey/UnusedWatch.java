package dev.keygate.operator.apikey;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.operator.cluster.Caches;
import dev.keygate.operator.condition.ConditionType;
import dev.keygate.operator.condition.Conditions;
import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.usage.Coverage;
import dev.keygate.operator.usage.CoverageReader;
import dev.keygate.operator.usage.UsageGrants;
import io.fabric8.kubernetes.api.model.Condition;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Sees to what changes the condition Unused of many keys at once: a gateway that holds its counts
 * back, or has caught up. Counts the unused keys, too. For one scheduler thread.
 */
public final class UnusedWatch {

  private final CoverageReader coverage;
  private final Caches caches;
  private final UsageGrants grants;
  private final MultiGauge unused;

  public UnusedWatch(
      CoverageReader coverage, Caches caches, UsageGrants grants, MeterRegistry metrics) {
    this.coverage = coverage;
    this.caches = caches;
    this.grants = grants;
    this.unused =
        MultiGauge.builder("keygate.keys.unused")
            .description("ApiKeys whose condition Unused is True")
            .register(metrics);
  }

  /** One round. Fails with StoreUnavailableException. */
  public void run() {
    Map<String, Long> byNamespace =
        caches
            .keys()
            .filter(key -> shown(key).filter(UnusedWatch::isUnused).isPresent())
            .collect(
                Collectors.groupingBy(
                    key -> key.getMetadata().getNamespace(), Collectors.counting()));
    unused.register(
        byNamespace.entrySet().stream()
            .map(e -> MultiGauge.Row.of(Tags.of("namespace", e.getKey()), e.getValue()))
            .toList(),
        true);
    Coverage now = coverage.read();
    caches
        .keys()
        .filter(key -> shown(key).filter(said -> contradicts(said, now)).isPresent())
        .forEach(key -> grants.ask(key.getMetadata().getUid()));
  }

  private static boolean contradicts(Condition said, Coverage now) {
    return now.complete() ? Reason.UsageIncomplete.name().equals(said.getReason()) : isUnused(said);
  }

  private static boolean isUnused(Condition said) {
    return Reason.Unused.name().equals(said.getReason());
  }

  private static Optional<Condition> shown(ApiKey key) {
    return key.getStatus() == null
        ? Optional.empty()
        : Conditions.find(key.getStatus().getConditions(), ConditionType.Unused);
  }

  /** Whoever leads next counts them. */
  public void close() {
    unused.register(List.of(), true);
  }
}
