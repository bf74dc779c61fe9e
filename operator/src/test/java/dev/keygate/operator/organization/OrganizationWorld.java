package dev.keygate.operator.organization;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.crds.v1alpha1.ApiKeySpec;
import dev.keygate.crds.v1alpha1.Organization;
import dev.keygate.crds.v1alpha1.OrganizationRef;
import dev.keygate.crds.v1alpha1.OrganizationSpec;
import dev.keygate.crds.v1alpha1.OrganizationStatus;
import dev.keygate.operator.cluster.Caches;
import dev.keygate.operator.cluster.TermWorld;
import dev.keygate.operator.finality.Acknowledgement;
import dev.keygate.store.connection.StoreUnavailableException;
import dev.keygate.store.lease.Replicas.Replica;
import dev.keygate.store.write.Command;
import dev.keygate.store.write.Command.OrganizationResult;
import dev.keygate.store.write.CommandRejectedException;
import dev.keygate.store.write.Committed;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * One Organization, one ApiKey that names it, and the reconciler with a store that answers as told.
 */
@SuppressWarnings("unchecked") // mocks of generic types
final class OrganizationWorld implements AutoCloseable {

  static final Replica GATEWAY = new Replica(UUID.randomUUID(), "gateway-1", null, 1);

  private final TermWorld term;
  private final IndexerResourceCache<Organization> organizations = mock();
  private final IndexerResourceCache<ApiKey> keys = mock();
  private final OrganizationReconciler reconciler;
  private final List<ResourceID> woken = new ArrayList<>();
  final List<Command<?>> commands = new ArrayList<>();
  private @Nullable OrganizationResult answer = new OrganizationResult.Written();
  @Nullable OrganizationStatus status;

  OrganizationWorld() {
    this(new TermWorld());
  }

  /** Of a PostgreSQL that lost changes, and for how long leases of before may still run. */
  static OrganizationWorld restored(Duration rowsIncomplete) {
    return new OrganizationWorld(TermWorld.restored(rowsIncomplete));
  }

  private OrganizationWorld(TermWorld term) {
    this.term = term;
    when(term.writer.submit(any()))
        .thenAnswer(
            call ->
                Mono.defer(
                    () -> {
                      commands.add(call.getArgument(0));
                      return answer(call.getArgument(0));
                    }));
    doAnswer(call -> status = call.getArgument(2))
        .when(term.statuses)
        .write(any(Organization.class), any(), any(), any());
    this.reconciler = new OrganizationReconciler(term.parts());
    EventSourceContext<Organization> context = mock();
    when(context.getPrimaryCache()).thenReturn(organizations);
    reconciler.prepareEventSources(context);
    SimpleInboundEventSource<ApiKey> wakeUps = term.caches.keys(keys);
    wakeUps.setEventHandler((Event event) -> woken.add(event.getRelatedCustomResourceID()));
    wakeUps.start();
    when(keys.byIndex(Caches.BY_ORGANIZATION, "acme")).thenReturn(List.of(key()));
    when(organizations.get(any())).thenReturn(Optional.empty());
  }

  /** What the store says to each command; null: it can't be reached. */
  OrganizationWorld answers(@Nullable OrganizationResult result) {
    answer = result;
    return this;
  }

  /** The store has this root as it is. */
  OrganizationWorld inForce(Organization root) {
    term.tree.put(OrganizationWish.of(root).node(null));
    return this;
  }

  OrganizationWorld replicas(Replica... rows) {
    term.replicas(rows);
    return this;
  }

  /** Whether everything until now is known to every replica. */
  boolean isFinal() throws InterruptedException {
    return term.finality.watch(term.position, System.nanoTime()).await(Duration.ofSeconds(1))
        instanceof Acknowledgement.Done;
  }

  /** The store does not take a value. */
  OrganizationWorld rejects() {
    when(term.writer.submit(any()))
        .thenReturn(
            Mono.error(new CommandRejectedException("0x00", new IllegalArgumentException())));
    return this;
  }

  UpdateControl<Organization> reconcile(Organization resource) throws InterruptedException {
    return reconciler.reconcile(resource, mock(Context.class));
  }

  DeleteControl cleanup(Organization resource) throws InterruptedException {
    return reconciler.cleanup(resource, mock(Context.class));
  }

  /** How many keys were woken since this was last asked. */
  int woken() {
    int count = woken.size();
    woken.clear();
    return count;
  }

  Organization organization(long generation) {
    Organization organization = new Organization();
    organization.setMetadata(
        new ObjectMetaBuilder()
            .withName("acme")
            .withUid("uid-acme")
            .withGeneration(generation)
            .build());
    organization.setSpec(new OrganizationSpec());
    organization.setStatus(status);
    return organization;
  }

  @Override
  public void close() {
    term.close();
  }

  private Mono<Committed<OrganizationResult>> answer(Command<?> command) {
    OrganizationResult result = answer;
    if (result == null) {
      return Mono.error(new StoreUnavailableException("down", new IllegalStateException("down")));
    }
    // Only a removal can be held up by what depends on it here.
    boolean written =
        result instanceof OrganizationResult.HasDependents
            && command instanceof Command.PutOrganization;
    return Mono.just(
        new Committed<>(
            written ? new OrganizationResult.Written() : result, term.position, System.nanoTime()));
  }

  private static ApiKey key() {
    ApiKey key = new ApiKey();
    key.setMetadata(new ObjectMetaBuilder().withNamespace("team-a").withName("crm").build());
    key.setSpec(new ApiKeySpec());
    OrganizationRef ref = new OrganizationRef();
    ref.setName("acme");
    key.getSpec().setOrganizationRef(ref);
    return key;
  }
}
