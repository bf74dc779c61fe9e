package dev.keygate.store.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keygate.store.TestDatabase;
import dev.keygate.store.connection.StoreUnavailableException;
import dev.keygate.store.feed.FeedPosition;
import dev.keygate.store.lease.Replicas.Renewed;
import dev.keygate.store.lease.Replicas.Replica;
import dev.keygate.store.write.FeedWriter;
import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

final class ReplicasIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final TestDatabase DATABASE = TestDatabase.migrated();
  private static final ConnectionPool GATEWAY =
      DATABASE.as(TestDatabase.GATEWAY).pool("replica-test", 2);
  private static final ConnectionPool OPERATOR =
      DATABASE.as(TestDatabase.OPERATOR).pool("operator-test", 2);

  private final Replicas gateway = new Replicas(GATEWAY);
  private final Replicas operator = new Replicas(OPERATOR);
  private final UUID replica = UUID.randomUUID();

  @BeforeEach
  void clear() {
    DATABASE.execute("DELETE FROM gateway_ack");
  }

  @AfterAll
  static void close() {
    Mono.when(GATEWAY.disposeLater(), OPERATOR.disposeLater()).block(PATIENCE);
  }

  @Test
  void registerMakesARowWithoutAcknowledgement() {
    gateway.register(replica, "gateway-1").block(PATIENCE);
    gateway.register(replica, "gateway-1").block(PATIENCE);

    assertThat(all()).containsExactly(new Replica(replica, "gateway-1", null, 0));
  }

  @Test
  void renewAcknowledgesAndReadsTheHead() {
    gateway.register(replica, "gateway-1").block(PATIENCE);
    FeedPosition start = head();
    commitAChange();

    Renewed renewed = renew(start).orElseThrow();
    assertThat(renewed.head()).isEqualTo(head());
    assertThat(renewed.lease()).isEqualTo(Duration.ofSeconds(2));
    assertThat(all()).containsExactly(new Replica(replica, "gateway-1", start, 1));
    assertThat(renew(head())).isPresent();
    assertThat(all()).containsExactly(new Replica(replica, "gateway-1", head(), 2));
  }

  @Test
  void renewIsEmptyAndMakesNoRowWhenRowIsGone() {
    assertThat(renew(head())).isEmpty();
    assertThat(all()).isEmpty();
  }

  @Test
  void renewIsEmptyAndAcknowledgesNothingWhenPositionIsNotInTheFeed() {
    gateway.register(replica, "gateway-1").block(PATIENCE);
    FeedPosition head = head();

    assertThat(renew(new FeedPosition(UUID.randomUUID(), head.seq(), head.changeId()))).isEmpty();
    assertThat(renew(new FeedPosition(head.epoch(), head.seq(), UUID.randomUUID()))).isEmpty();
    assertThat(renew(new FeedPosition(head.epoch(), head.seq() + 1, head.changeId()))).isEmpty();
    assertThat(all()).containsExactly(new Replica(replica, "gateway-1", null, 0));
  }

  @Test
  void removeReplicaTakesOnlyARowThatWasNotRenewedSinceAndOnlyWhileItsTermLeads() {
    try (FeedWriter deposed = lead();
        FeedWriter leader = lead()) {
      gateway.register(replica, "gateway-1").block(PATIENCE);
      renew(head());

      assertThat(deposed.removeReplica(replica, 1).block(PATIENCE)).isFalse();
      assertThat(leader.removeReplica(replica, 0).block(PATIENCE)).isFalse();
      assertThat(all()).hasSize(1);
      assertThat(leader.removeReplica(replica, 1).block(PATIENCE)).isTrue();
      assertThat(all()).isEmpty();
      assertThat(leader.removeReplica(replica, 1).block(PATIENCE)).isFalse();
    }
  }

  @Test
  void nothingIsRegisteredOrRenewedOnAnInstanceThatNobodyVouchedFor() {
    gateway.register(replica, "gateway-1").block(PATIENCE);
    DATABASE.execute("UPDATE feed_head SET vouched = 'another one'");

    assertThatThrownBy(() -> gateway.register(UUID.randomUUID(), "gateway-2").block(PATIENCE))
        .isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> renew(head())).isInstanceOf(StoreUnavailableException.class);
    try (FeedWriter leader = lead()) {
      assertThat(leader.found().vouched()).isEqualTo(FeedWriter.Vouched.ANOTHER);
      leader.vouch(false).block(PATIENCE);
    }
    assertThat(renew(head())).isPresent();

    DATABASE.execute("UPDATE feed_head SET vouched = NULL, vouched_at = NULL");
  }

  @Test
  void deregisterRemovesOnlyItsOwnRow() {
    UUID other = UUID.randomUUID();
    gateway.register(replica, "gateway-1").block(PATIENCE);
    gateway.register(other, "gateway-2").block(PATIENCE);

    gateway.deregister(replica).block(PATIENCE);

    assertThat(all()).extracting(Replica::id).containsExactly(other);
  }

  @Test
  void renewReadsTheLeaseThatTheStoreHolds() {
    gateway.register(replica, "gateway-1").block(PATIENCE);
    DATABASE.execute("UPDATE feed_head SET lease_millis = 5000");

    assertThat(renew(head()).orElseThrow().lease()).isEqualTo(Duration.ofSeconds(5));

    DATABASE.execute("UPDATE feed_head SET lease_millis = 2000");
  }

  @Test
  void renewStoresUntilWhenCountsAreStoredAndKeepsItWhenNothingNewIsKnown() {
    gateway.register(replica, "gateway-1").block(PATIENCE);
    Instant now = renew(head()).orElseThrow().now();

    gateway.renew(replica, head(), now).block(PATIENCE);
    renew(head());

    assertThat(
            DATABASE.number(
                "SELECT count(*) FROM gateway_ack WHERE flushed_at = ?::timestamptz",
                now.toString()))
        .isEqualTo(1);
  }

  @Test
  void removeNotesTheLossAndDeregisterDoesNot() {
    gateway.register(replica, "gateway-1").block(PATIENCE);
    try (FeedWriter leader = lead()) {
      leader.removeReplica(replica, 0).block(PATIENCE);
    }
    UUID other = UUID.randomUUID();
    gateway.register(other, "gateway-2").block(PATIENCE);
    gateway.deregister(other).block(PATIENCE);

    assertThat(
            DATABASE.query(
                "SELECT replica FROM gateway_lost WHERE replica IN (?, ?)", replica, other))
        .containsExactly(replica.toString());
  }

  private static FeedWriter lead() {
    return FeedWriter.lead(
            DATABASE.as(TestDatabase.OPERATOR).unpooled("operator"), Duration.ofSeconds(2))
        .blockOptional(PATIENCE)
        .orElseThrow();
  }

  private Optional<Renewed> renew(FeedPosition applied) {
    return gateway.renew(replica, applied, Replicas.NOT_FLUSHED).blockOptional(PATIENCE);
  }

  private List<Replica> all() {
    return operator.all().blockOptional(PATIENCE).orElseThrow().replicas();
  }

  private static FeedPosition head() {
    List<String> parts =
        DATABASE.query(
            "SELECT unnest(ARRAY[epoch::text, seq::text, change_id::text]) FROM feed_head");
    return new FeedPosition(
        UUID.fromString(parts.get(0)), Long.parseLong(parts.get(1)), UUID.fromString(parts.get(2)));
  }

  private static void commitAChange() {
    DATABASE.execute(
        """
        WITH head AS (
          UPDATE feed_head SET seq = seq + 1, change_id = gen_random_uuid()
          RETURNING seq, change_id, term
        )
        INSERT INTO change_log (seq, ord, change_id, term, kind, payload)
        SELECT seq, 0, change_id, term, 'KeyRemoved', '{"uid": "x"}' FROM head
        """);
  }
}
