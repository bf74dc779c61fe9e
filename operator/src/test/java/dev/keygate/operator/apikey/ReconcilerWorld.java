package dev.keygate.operator.apikey;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.crds.v1alpha1.ApiKeySpec;
import dev.keygate.crds.v1alpha1.ApiKeyStatus;
import dev.keygate.crds.v1alpha1.OrganizationRef;
import dev.keygate.operator.cluster.TermWorld;
import dev.keygate.operator.condition.ConditionType;
import dev.keygate.operator.condition.Conditions;
import dev.keygate.operator.usage.Coverage;
import dev.keygate.operator.usage.CoverageReader;
import dev.keygate.operator.usage.UsageGrants;
import dev.keygate.store.connection.StoreUnavailableException;
import dev.keygate.store.read.KeyRecord;
import dev.keygate.store.read.KeyRecord.State;
import dev.keygate.store.read.KeyRecord.Version;
import dev.keygate.store.usage.RotationEvidence;
import dev.keygate.store.write.Command;
import dev.keygate.store.write.Command.KeyResult;
import dev.keygate.store.write.Command.KeySpec;
import dev.keygate.store.write.CommandRejectedException;
import dev.keygate.store.write.Committed;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * One ApiKey that was issued, and the reconciler with a store and an API server that fail as told.
 * Gateways there are none, so every change is final at once.
 */
@SuppressWarnings("unchecked") // mocks of generic types
final class ReconcilerWorld implements AutoCloseable {

  private static final KeySpec SPEC =
      new KeySpec("uid-1", "team-a", "crm", "acme", "live", List.of(), null);

  private final TermWorld term = new TermWorld();
  private final ApiKeyReconciler reconciler;
  private State versionState = State.ACTIVE;
  final List<Command<?>> commands = new ArrayList<>();
  final UsageGrants grants = new UsageGrants();
  @Nullable ApiKeyStatus status;

  ReconcilerWorld() {
    when(term.reader.key(anyString())).thenAnswer(_ -> Mono.just(Optional.of(record())));
    when(term.writer.submit(any()))
        .thenAnswer(
            call ->
                Mono.fromSupplier(
                    () -> {
                      commands.add(call.getArgument(0));
                      versionState = State.REVOKED;
                      return new Committed<>(
                          new KeyResult.Written(), term.position, System.nanoTime());
                    }));
    doAnswer(call -> status = call.getArgument(2))
        .when(term.statuses)
        .write(any(ApiKey.class), any(), any(), any());
    CoverageReader coverage = mock();
    when(coverage.read()).thenReturn(new Coverage(true, Duration.ofDays(30)));
    this.reconciler =
        ApiKeyReconciler.create(
            term.parts(),
            mock(RotationEvidence.class),
            new KeysProperties("pc", Duration.ofSeconds(10)),
            new BindingProperties(null),
            grants,
            coverage,
            new SimpleMeterRegistry());
  }

  /** The API server answers every question about Secrets with this code; 0: not at all. */
  ReconcilerWorld apiServerFails(int code) {
    when(term.client.secrets()).thenThrow(new KubernetesClientException("failed", code, null));
    return this;
  }

  ReconcilerWorld storeRejects() {
    when(term.writer.submit(any()))
        .thenReturn(
            Mono.error(new CommandRejectedException("0x00", new IllegalArgumentException())));
    return this;
  }

  ReconcilerWorld storeIsDown() {
    when(term.reader.key(anyString()))
        .thenReturn(
            Mono.error(new StoreUnavailableException("down", new IllegalStateException("down"))));
    return this;
  }

  UpdateControl<ApiKey> reconcile(ApiKey resource) throws InterruptedException {
    return reconciler.reconcile(resource, mock(Context.class));
  }

  DeleteControl cleanup(ApiKey resource) throws InterruptedException {
    resource.getMetadata().setDeletionTimestamp("2026-01-02T00:00:00Z");
    return reconciler.cleanup(resource, mock(Context.class));
  }

  Condition condition(ConditionType type) {
    return Conditions.find(Objects.requireNonNull(status).getConditions(), type).orElseThrow();
  }

  static ApiKey key() {
    ApiKey key = new ApiKey();
    key.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("team-a")
            .withName("crm")
            .withUid("uid-1")
            .withGeneration(1L)
            .build());
    key.setSpec(new ApiKeySpec());
    OrganizationRef ref = new OrganizationRef();
    ref.setName("acme");
    key.getSpec().setOrganizationRef(ref);
    return key;
  }

  static ApiKey revoked() {
    ApiKey key = key();
    key.getSpec().setRevoked(true);
    return key;
  }

  @Override
  public void close() {
    term.close();
  }

  private KeyRecord record() {
    return new KeyRecord(
        SPEC,
        0,
        false,
        List.of(
            new Version(
                "key-1",
                1,
                KeyWorld.hash("key-1"),
                "pc_live_…abcd",
                versionState,
                1,
                KeyWorld.NOW,
                "Created",
                KeyWorld.NOW,
                null,
                versionState == State.REVOKED ? KeyWorld.NOW : null,
                null,
                0,
                null)));
  }
}
