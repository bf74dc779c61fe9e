package dev.keygate.operator.cluster;

import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.keygate.operator.effect.Effects;
import dev.keygate.operator.event.EventWriter;
import dev.keygate.operator.finality.Finality;
import dev.keygate.operator.finality.Standing;
import dev.keygate.operator.status.StatusWriter;
import dev.keygate.operator.storage.StoreGate;
import dev.keygate.operator.tree.OrganizationTree;
import dev.keygate.store.connection.Instance;
import dev.keygate.store.feed.FeedPosition;
import dev.keygate.store.lease.Replicas;
import dev.keygate.store.lease.Replicas.Registered;
import dev.keygate.store.lease.Replicas.Replica;
import dev.keygate.store.read.StoreReader;
import dev.keygate.store.write.FeedWriter;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Mono;

/**
 * A term whose store and API server answer as a test tells them. Gateways there are none until it
 * says so: every change is final at once.
 */
public final class TermWorld implements AutoCloseable {

  private static final Instance INSTANCE = new Instance("1/1/1");

  public final FeedPosition position = new FeedPosition(UUID.randomUUID(), 1, UUID.randomUUID());
  public final FeedWriter writer = mock();
  public final StoreReader reader = mock();
  public final KubernetesClient client = mock();
  public final StatusWriter statuses = mock();
  public final OrganizationTree tree = new OrganizationTree(List.of());
  public final Caches caches = new Caches(client);
  public final Finality finality;
  private final Replicas replicas = mock();
  private final StoreGate store = new StoreGate(_ -> {});

  public TermWorld() {
    this(new Standing(INSTANCE, false, Duration.ZERO));
  }

  /** Of a PostgreSQL that lost changes, and for how long leases of before may still run. */
  public static TermWorld restored(Duration rowsIncomplete) {
    return new TermWorld(new Standing(INSTANCE, true, rowsIncomplete));
  }

  private TermWorld(Standing standing) {
    replicas();
    when(reader.head()).thenReturn(Mono.just(position));
    this.finality =
        new Finality(
            replicas,
            _ -> Mono.just(true),
            store,
            Duration.ofMinutes(2),
            standing,
            _ -> {},
            () -> {},
            Clock.systemUTC());
  }

  /** These are registered from now on. */
  public void replicas(Replica... rows) {
    when(replicas.all()).thenReturn(Mono.just(new Registered(INSTANCE, List.of(rows))));
  }

  public TermParts parts() {
    return new TermParts(
        store,
        writer,
        reader,
        finality,
        tree,
        client,
        caches,
        new Turns(1),
        statuses,
        mock(EventWriter.class),
        Effects.unwatched(),
        Clock.systemUTC());
  }

  @Override
  public void close() {
    finality.close();
  }
}
