package dev.keygate.store.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.store.TestDatabase;
import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

final class UsageStoreIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final TestDatabase DATABASE = TestDatabase.migrated();
  private static final ConnectionPool GATEWAYS =
      DATABASE.as(TestDatabase.GATEWAY).pool("usage-test", 8);
  private static final ConnectionPool OPERATOR =
      DATABASE.as(TestDatabase.OPERATOR).pool("usage-read-test", 2);

  private final UsageStore usage = new UsageStore(GATEWAYS);
  private final UsageStore read = new UsageStore(OPERATOR);
  private final Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);

  @BeforeAll
  static void insertVersions() {
    DATABASE.execute(
        """
        INSERT INTO api_key (uid, namespace, name, organization_id, environment, permissions,
          created_at, updated_at)
        SELECT 'uid-' || i, 'ns', 'key-' || i, 'acme', 'live', '{}', now(), now()
        FROM generate_series(1, 500) i
        """);
    DATABASE.execute(
        """
        INSERT INTO key_version (key_id, api_key_uid, number, hash, hint, state, position,
          issued_at)
        SELECT 'k' || i, 'uid-' || i, 1, sha256(i::text::bytea), 'pc_live_...', 'active', 1, now()
        FROM generate_series(1, 500) i
        """);
  }

  @AfterAll
  static void close() {
    Mono.when(GATEWAYS.disposeLater(), OPERATOR.disposeLater()).block(PATIENCE);
  }

  @Test
  void addCountsOnceWhenBatchIsRetried() {
    UsageBatch batch = new UsageBatch(UUID.randomUUID(), 1, List.of(count("k1", 5)));

    usage.add(batch).block(PATIENCE);
    usage.add(batch).block(PATIENCE);

    assertThat(total("k1")).isEqualTo(5);
    assertThat(DATABASE.number("SELECT sum(requests) FROM usage_hour WHERE key_id = 'k1'"))
        .isEqualTo(5);
  }

  @Test
  void addCountsOnceWhenBatchIsRetriedWhileItsFirstAttemptIsUnderWay() {
    UUID replica = UUID.randomUUID();
    for (long number = 1; number <= 20; number++) {
      UsageBatch batch = new UsageBatch(replica, number, List.of(count("k2", 1), count("k3", 2)));

      Flux.range(0, 6).flatMap(attempt -> usage.add(batch)).then().block(PATIENCE);
    }

    assertThat(total("k2")).isEqualTo(20);
    assertThat(total("k3")).isEqualTo(40);
  }

  @Test
  void addSumsUpWhenManyReplicasCountTheSameKeys() {
    List<UsageBatch.Count> counts = new ArrayList<>();
    for (int i = 500; i > 100; i--) {
      counts.add(count("k" + i, 1));
    }
    List<UsageBatch.Count> otherOrder = counts.reversed();

    Flux.range(0, 8)
        .flatMap(
            replica -> {
              UUID id = UUID.randomUUID();
              return Flux.range(1, 10)
                  .concatMap(
                      n -> usage.add(new UsageBatch(id, n, n % 2 == 0 ? counts : otherOrder)));
            })
        .then()
        .block(PATIENCE);

    assertThat(
            DATABASE.number(
                "SELECT sum(requests) FROM usage_total WHERE key_id > 'k100'"
                    + " AND substr(key_id, 2)::int > 100"))
        .isEqualTo(8 * 10 * 400);
  }

  @Test
  void addCountsWhenStoreLostTheBatchesBefore() {
    UUID replica = UUID.randomUUID();
    usage.add(new UsageBatch(replica, 1, List.of(count("k4", 1)))).block(PATIENCE);
    usage.add(new UsageBatch(replica, 9, List.of(count("k4", 10)))).block(PATIENCE);
    usage.add(new UsageBatch(replica, 9, List.of(count("k4", 10)))).block(PATIENCE);

    assertThat(total("k4")).isEqualTo(11);
  }

  @Test
  void addKeepsTheLatestUseAndTheHoursApart() {
    UUID replica = UUID.randomUUID();
    Instant hour = now.truncatedTo(ChronoUnit.HOURS);
    Instant before = hour.minusSeconds(1);
    usage
        .add(
            new UsageBatch(
                replica,
                1,
                List.of(
                    new UsageBatch.Count("k5", hour, 3, hour.plusSeconds(2)),
                    new UsageBatch.Count("k5", hour.minusSeconds(3600), 4, before))))
        .block(PATIENCE);
    usage
        .add(
            new UsageBatch(
                replica, 2, List.of(new UsageBatch.Count("k5", hour, 1, hour.plusSeconds(1)))))
        .block(PATIENCE);

    assertThat(read.totals(List.of("k5", "k-never")).block(PATIENCE))
        .containsExactly(new UsageStore.Total("k5", "uid-5", 8, hour.plusSeconds(2)));
    assertThat(DATABASE.query("SELECT requests FROM usage_hour WHERE key_id = 'k5' ORDER BY hour"))
        .containsExactly("4", "4");
  }

  @Test
  void addDropsCountsWhenVersionIsUnknown() {
    UUID replica = UUID.randomUUID();
    usage
        .add(new UsageBatch(replica, 1, List.of(count("nobody", 1), count("k6", 1))))
        .block(PATIENCE);
    usage.add(new UsageBatch(replica, 2, List.of())).block(PATIENCE);

    assertThat(total("k6")).isEqualTo(1);
    assertThat(read.totals(List.of("nobody")).block(PATIENCE)).isEmpty();
  }

  @Test
  void changedSinceComesToAnEndWhenReadInPages() {
    UUID replica = UUID.randomUUID();
    for (int n = 1; n <= 30; n++) {
      usage
          .add(
              new UsageBatch(
                  replica, n, List.of(count("k" + (20 + n), 1), count("k" + (50 + n), 1))))
          .block(PATIENCE);
    }

    List<String> seen = new ArrayList<>();
    UsageStore.Mark since = UsageStore.Mark.BEGINNING;
    int limit = 7;
    int size;
    do {
      UsageStore.Changed page =
          read.changedSince(since, limit).blockOptional(PATIENCE).orElseThrow();
      size = page.totals().size();
      page.totals().forEach(total -> seen.add(total.keyId()));
      since = page.next();
    } while (size >= limit);

    for (int n = 1; n <= 30; n++) {
      assertThat(seen).contains("k" + (20 + n), "k" + (50 + n));
    }
  }

  @Test
  void changedSinceFindsWhatCommittedLateWhenTheRoundHadFullPages() {
    UUID replica = UUID.randomUUID();
    usage
        .add(new UsageBatch(replica, 1, List.of(count("k90", 1), count("k91", 1))))
        .block(PATIENCE);
    UsageStore.Changed last = page(UsageStore.Mark.BEGINNING, 1);
    while (!last.totals().isEmpty()) {
      last = page(last.next(), 1);
    }

    // Stamped two seconds before the last page's row, visible only now.
    DATABASE.execute(
        """
        INSERT INTO usage_total (key_id, api_key_uid, requests, last_used_at, changed_at)
        SELECT 'k92', 'uid-92', 1, now(), max(changed_at) - interval '2 seconds' FROM usage_total
        """);

    assertThat(page(last.next(), 1_000).totals())
        .extracting(UsageStore.Total::keyId)
        .contains("k92");
  }

  private UsageStore.Changed page(UsageStore.Mark mark, int limit) {
    return read.changedSince(mark, limit).blockOptional(PATIENCE).orElseThrow();
  }

  private long total(String keyId) {
    return read.totals(List.of(keyId)).blockOptional(PATIENCE).orElseThrow().getFirst().requests();
  }

  private UsageBatch.Count count(String keyId, long requests) {
    return new UsageBatch.Count(keyId, now.truncatedTo(ChronoUnit.HOURS), requests, now);
  }
}
