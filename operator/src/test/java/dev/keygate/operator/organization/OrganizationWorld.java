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
import dev.keygate.operator.cluster.TermParts;
import dev.keygate.operator.cluster.Turns;
import dev.keygate.operator.effect.Effects;
import dev.keygate.operator.event.EventWriter;
import dev.keygate.operator.finality.Acknowledgement;
import dev.keygate.operator.finality.Finality;
import dev.keygate.operator.finality.Standing;
import dev.keygate.operator.status.StatusWriter;
import dev.keygate.operator.storage.StoreGate;
import dev.keygate.operator.tree.OrganizationTree;
import dev.keygate.store.connection.Instance;
import dev.keygate.store.connection.StoreUnavailableException;
import dev.keygate.store.feed.FeedPosition;
import dev.keygate.store.lease.Replicas;
import dev.keygate.store.lease.Replicas.Registered;
import dev.keygate.store.lease.Replicas.Replica;
import dev.keygate.store.read.StoreReader;
import dev.keygate.store.write.Command;
import dev.keygate.store.write.Command.OrganizationResult;
import dev.keygate.store.write.CommandRejectedException;
import dev.keygate.store.write.Committed;
import dev.keygate.store.write.FeedWriter;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.time.Clock;
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

  private static final Instance INSTANCE = new Instance("1/1/1");

  private final FeedPosition position = new FeedPosition(UUID.randomUUID(), 1, UUID.randomUUID());
  private final IndexerResourceCache<Organization> organizations = mock();
  private final IndexerResourceCache<ApiKey> keys = mock();
  private final FeedWriter writer = mock();
  private final Replicas replicas = mock();
  private final OrganizationTree tree = new OrganizationTree(List.of());
  private final Finality finality;
  private final OrganizationReconciler reconciler;
  private final List<ResourceID> woken = new ArrayList<>();
  final List<Command<?>> commands = new ArrayList<>();
  private @Nullable OrganizationResult answer = new OrganizationResult.Written();
  @Nullable OrganizationStatus status;

  OrganizationWorld() {
    this(new Standing(INSTANCE, false, Duration.ZERO));
  }

  /** Of a PostgreSQL that lost changes, and for how long leases of before may still run. */
  static OrganizationWorld restored(Duration rowsIncomplete) {
    return new OrganizationWorld(new Standing(INSTANCE, true, rowsIncomplete));
  }

  private OrganizationWorld(Standing standing) {
    StoreReader reader = mock();
    when(reader.head()).thenReturn(Mono.just(position));
    when(replicas.all()).thenReturn(Mono.just(new Registered(INSTANCE, List.of())));
    when(writer.submit(any()))
        .thenAnswer(
            call ->
                Mono.defer(
                    () -> {
                      commands.add(call.getArgument(0));
                      return answer(call.getArgument(0));
                    }));
    StatusWriter statuses = mock();
    doAnswer(call -> status = call.getArgument(2))
        .when(statuses)
        .write(any(Organization.class), any(), any(), any());
    StoreGate store = new StoreGate(() -> {});
    this.finality =
        new Finality(
            replicas,
            dead -> Mono.just(true),
            store,
            Duration.ofMinutes(2),
            standing,
            position -> {},
            () -> {},
            Clock.systemUTC());
    Caches caches = new Caches(mock());
    TermParts parts =
        new TermParts(
            store,
            writer,
            reader,
            finality,
            tree,
            mock(KubernetesClient.class),
            caches,
            new Turns(1),
            statuses,
            mock(EventWriter.class),
            Effects.unwatched(),
            Clock.systemUTC());
    this.reconciler = new OrganizationReconciler(parts);
    EventSourceContext<Organization> context = mock();
    when(context.getPrimaryCache()).thenReturn(organizations);
    reconciler.prepareEventSources(context);
    SimpleInboundEventSource<ApiKey> wakeUps = caches.keys(keys);
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
    tree.put(OrganizationWish.of(root).node(null));
    return this;
  }

  OrganizationWorld replicas(Replica... rows) {
    when(replicas.all()).thenReturn(Mono.just(new Registered(INSTANCE, List.of(rows))));
    return this;
  }

  /** Whether everything until now is known to every replica. */
  boolean isFinal() throws InterruptedException {
    return finality.watch(position, System.nanoTime()).await(Duration.ofSeconds(1))
        instanceof Acknowledgement.Done;
  }

  /** The store does not take a value. */
  OrganizationWorld rejects() {
    when(writer.submit(any()))
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
    finality.close();
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
            written ? new OrganizationResult.Written() : result, position, System.nanoTime()));
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
