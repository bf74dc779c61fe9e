package dev.keygate.operator.finality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.keygate.operator.storage.StoreGate;
import dev.keygate.store.connection.Instance;
import dev.keygate.store.connection.StoreUnavailableException;
import dev.keygate.store.feed.FeedPosition;
import dev.keygate.store.lease.Replicas;
import dev.keygate.store.lease.Replicas.Registered;
import dev.keygate.store.lease.Replicas.Replica;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** With the shortest bound that there is: a lease of nothing, and a second. */
class FinalityTest {

  private static final Instance INSTANCE = new Instance("1/1/1");

  private final FeedPosition position = new FeedPosition(UUID.randomUUID(), 5, UUID.randomUUID());
  private final Replica live = new Replica(UUID.randomUUID(), "live", position, 1);
  private final Replica frozen = new Replica(UUID.randomUUID(), "frozen", null, 1);
  private final List<Replica> rows = new CopyOnWriteArrayList<>(List.of(live, frozen));
  private volatile int reads;
  private volatile boolean down;
  private final Finality finality = finality();

  @AfterEach
  void close() {
    finality.close();
  }

  @Test
  void finalByTimeCountsAReplicaWhoseRowIsGone() {
    await().until(() -> reads > 0);

    Awaited change = finality.watch(position, System.nanoTime());

    await().until(() -> change.latest() instanceof Acknowledgement.Final);
    assertThat(rows).containsExactly(live);
    assertThat(counted(change)).isEqualTo("1 of 2");
  }

  @Test
  void finalByTimeCountsWhoWasKnownWhenTheStoreIsDown() {
    await().until(() -> reads > 0);
    down = true;

    Awaited change = finality.watch(position, System.nanoTime());

    await().until(() -> change.latest() instanceof Acknowledgement.Final);
    assertThat(counted(change)).isEqualTo("1 of 2");
  }

  private static String counted(Awaited change) {
    return change.latest()
            instanceof Acknowledgement.Final(int acknowledged, int replicas, Instant _)
        ? acknowledged + " of " + replicas
        : "not final";
  }

  private Finality finality() {
    Replicas replicas = mock();
    when(replicas.all())
        .thenAnswer(
            _ ->
                Mono.defer(
                    () -> {
                      if (down) {
                        return Mono.error(
                            new StoreUnavailableException("down", new IllegalStateException()));
                      }
                      reads = reads + 1;
                      return Mono.just(new Registered(INSTANCE, live()));
                    }));
    return new Finality(
        replicas,
        dead -> Mono.fromCallable(() -> rows.remove(dead)),
        new StoreGate(_ -> {}),
        Duration.ZERO,
        new Standing(INSTANCE, false, Duration.ZERO),
        _ -> {},
        () -> {},
        Clock.systemUTC());
  }

  /** Whoever lives renews. */
  private List<Replica> live() {
    return rows.stream()
        .map(row -> row == frozen ? row : new Replica(row.id(), row.name(), row.applied(), reads))
        .toList();
  }
}
