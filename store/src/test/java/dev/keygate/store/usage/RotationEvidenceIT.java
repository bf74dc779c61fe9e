package dev.keygate.store.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.store.TestDatabase;
import dev.keygate.store.usage.RotationEvidence.Retiring;
import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

final class RotationEvidenceIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Instant HOUR = Instant.parse("2026-06-01T10:00:00Z");
  private static final TestDatabase DATABASE = TestDatabase.migrated();
  private static final ConnectionPool GATEWAY =
      DATABASE.as(TestDatabase.GATEWAY).pool("evidence-gateway-test", 2);
  private static final ConnectionPool OPERATOR =
      DATABASE.as(TestDatabase.OPERATOR).pool("evidence-operator-test", 2);

  private final UsageStore usage = new UsageStore(GATEWAY);
  private final RotationEvidence evidence = new RotationEvidence(OPERATOR);

  @BeforeEach
  void setUp() {
    DATABASE.execute(
        """
        TRUNCATE gateway_ack, gateway_lost, usage_total, usage_hour, straggler, key_version, api_key,
          organization;
        INSERT INTO organization (uid, id, name, parent_id, display_name, suspended, position,
          created_at, updated_at)
        SELECT 'u-' || id, id, id, parent, id, false, 1, now(), at::timestamptz
        FROM (VALUES ('root', null, '2026-03-03T00:00:00Z'), ('acme', 'root', '2026-02-02T00:00:00Z'),
          ('other', null, '2026-04-04T00:00:00Z')) AS o (id, parent, at);
        INSERT INTO api_key (uid, namespace, name, organization_id, environment, permissions,
          created_at, updated_at)
        VALUES ('uid-1', 'ns', 'key', 'acme', 'live', '{}', now(), '2026-01-01T00:00:00Z');
        INSERT INTO key_version (key_id, api_key_uid, number, hash, hint, state, position,
          issued_at, activated_at, retire_at)
        VALUES
          ('old', 'uid-1', 1, sha256('1'), 'h', 'retiring', 1, now(), null, '2026-12-01T00:00:00Z'),
          ('new', 'uid-1', 2, sha256('2'), 'h', 'active', 1, now(), '2026-05-05T00:00:00Z', null)
        """);
  }

  @AfterAll
  static void close() {
    Mono.when(GATEWAY.disposeLater(), OPERATOR.disposeLater()).block(PATIENCE);
  }

  @Test
  void retiringTellsWhatMayHaveKeptTheOldVersionFromBeingUsed() {
    DATABASE.execute(
        "INSERT INTO gateway_lost (replica, at) VALUES (gen_random_uuid(), '2026-06-06T00:00:00Z')");

    Retiring found = retiring();

    assertThat(evidence.retiringOf("uid-1").blockOptional(PATIENCE).orElseThrow())
        .extracting(Retiring::oldKeyId)
        .containsExactly("old");
    assertThat(evidence.retiringOf("uid-2").blockOptional(PATIENCE).orElseThrow()).isEmpty();
    assertThat(found.uid()).isEqualTo("uid-1");
    assertThat(found.oldKeyId()).isEqualTo("old");
    assertThat(found.newKeyId()).isEqualTo("new");
    assertThat(found.activatedAt()).isEqualTo("2026-05-05T00:00:00Z");
    assertThat(found.retireAt()).isEqualTo("2026-12-01T00:00:00Z");
    assertThat(found.keyUpdatedAt()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(found.organizationsUpdatedAt()).isEqualTo("2026-03-03T00:00:00Z");
    assertThat(found.lostAt()).isEqualTo("2026-06-06T00:00:00Z");
    assertThat(found.oldChangedAt()).isNull();
    assertThat(found.newChangedAt()).isNull();
    assertThat(found.flushedAt()).isNull();
    assertThat(found.replicas()).isZero();
  }

  @Test
  void retiringHasNoFlushedTimeWhenOneReplicaHasNone() {
    DATABASE.execute(
        """
        INSERT INTO gateway_ack (replica, name, flushed_at)
        VALUES (gen_random_uuid(), 'a', '2026-06-01T00:00:02Z'),
          (gen_random_uuid(), 'b', '2026-06-01T00:00:01Z')
        """);
    assertThat(retiring().flushedAt()).isEqualTo("2026-06-01T00:00:01Z");
    assertThat(new UsageStore(OPERATOR).completeness().block(PATIENCE))
        .extracting(UsageStore.Completeness::flushedAt)
        .isEqualTo(Instant.parse("2026-06-01T00:00:01Z"));

    DATABASE.execute(
        """
        INSERT INTO gateway_ack (replica, name, registered_at)
        VALUES (gen_random_uuid(), 'c', '2026-06-01T00:00:00Z')
        """);

    assertThat(retiring().flushedAt()).isNull();
    assertThat(retiring().replicas()).isEqualTo(3);
    assertThat(new UsageStore(OPERATOR).completeness().block(PATIENCE))
        .extracting(UsageStore.Completeness::flushedAt)
        .isEqualTo(Instant.parse("2026-06-01T00:00:00Z"));
  }

  @Test
  void retiringShowsAnOpenExchangeAsUseWithoutARequest() {
    UUID replica = UUID.randomUUID();
    add(replica, 1, new UsageBatch.Count("old", HOUR, 3, HOUR.plusSeconds(1)));
    Instant first = retiring().oldChangedAt();

    add(replica, 2, new UsageBatch.Count("old", HOUR, 0, HOUR.plusSeconds(2)));
    add(replica, 3, new UsageBatch.Count("new", HOUR, 0, HOUR.plusSeconds(2)));

    assertThat(retiring().oldChangedAt()).isAfter(first);
    assertThat(new UsageStore(OPERATOR).totals(List.of("old", "new")).block(PATIENCE))
        .containsExactlyInAnyOrder(
            new UsageStore.Total("old", "uid-1", 3, HOUR.plusSeconds(2)),
            new UsageStore.Total("new", "uid-1", 0, HOUR.plusSeconds(2)));
    assertThat(DATABASE.query("SELECT requests FROM usage_hour")).containsExactly("3");
  }

  @Test
  void stragglersAreTheNewestOfRetiringVersionsAlone() {
    stragglers(IntStream.rangeClosed(1, 12).mapToObj(i -> straggler("old", "10.0.0." + i, i)));
    stragglers(Stream.of(straggler("old", "10.0.0.1", 100), straggler("new", "x", 1)));

    List<Straggler> found =
        evidence.stragglers(List.of("old", "new"), 10).blockOptional(PATIENCE).orElseThrow();

    assertThat(found).hasSize(10);
    assertThat(found.getFirst())
        .isEqualTo(new Straggler("old", "10.0.0.1", "curl", "r", HOUR.plusSeconds(100), 2));
    assertThat(found.get(1).source()).isEqualTo("10.0.0.12");
  }

  @Test
  void stragglersStayBoundedWhenEachRequestLooksDifferent() {
    for (int batch = 0; batch < 5; batch++) {
      int from = batch * 100;
      stragglers(IntStream.range(from, from + 100).mapToObj(i -> straggler("old", "agent" + i, i)));
    }

    assertThat(DATABASE.number("SELECT count(*) FROM straggler")).isLessThanOrEqualTo(200);
    assertThat(evidence.stragglers(List.of("old"), 1).blockOptional(PATIENCE).orElseThrow())
        .extracting(Straggler::source)
        .containsExactly("agent499");
  }

  private Retiring retiring() {
    return evidence.retiring().blockOptional(PATIENCE).orElseThrow().getFirst();
  }

  private void add(UUID replica, long number, UsageBatch.Count count) {
    usage.add(new UsageBatch(replica, number, List.of(count))).block(PATIENCE);
  }

  private void stragglers(Stream<Straggler> stragglers) {
    usage.addStragglers(stragglers.toList()).block(PATIENCE);
  }

  private static Straggler straggler(String keyId, String source, int second) {
    return new Straggler(
        keyId, source, "curl", "r", HOUR.plusSeconds(second).truncatedTo(ChronoUnit.SECONDS), 1);
  }
}
