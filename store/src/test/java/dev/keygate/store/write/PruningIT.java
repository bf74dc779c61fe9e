package dev.keygate.store.write;

import static dev.keygate.store.write.Sample.PATIENCE;
import static dev.keygate.store.write.Sample.organization;
import static dev.keygate.store.write.Sample.submit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.store.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PruningIT {

  private static final TestDatabase DATABASE = TestDatabase.migrated();

  private final FeedWriter writer =
      FeedWriter.lead(
              DATABASE.as(TestDatabase.OPERATOR).unpooled("operator"), Duration.ofMinutes(2))
          .blockOptional(PATIENCE)
          .orElseThrow();

  @BeforeEach
  void clear() {
    DATABASE.execute(
        """
        TRUNCATE gateway_ack, organization, audit, usage_hour, usage_cursor;
        DELETE FROM change_log;
        UPDATE feed_head SET seq = 0;
        INSERT INTO change_log (seq, ord, change_id, term, kind, payload)
        SELECT seq, 0, change_id, term, 'Start', '{}' FROM feed_head
        """);
    for (int i = 1; i <= 6; i++) {
      submit(writer, organization("o" + i, null));
    }
    age("change_log", "created_at", "2 hours");
  }

  @AfterEach
  void close() {
    writer.close();
  }

  @Test
  void pruneKeepsTheHeadWhenThereIsNoGateway() {
    prune();

    assertThat(log()).containsExactly("6");
  }

  @Test
  void pruneKeepsWhatTheSlowestGatewayHasAcknowledgedAndAllAfter() {
    acknowledge("(SELECT epoch FROM feed_head)", 5);
    acknowledge("(SELECT epoch FROM feed_head)", 3);
    acknowledge("gen_random_uuid()", 1);
    DATABASE.execute(
        "INSERT INTO gateway_ack (replica, name) VALUES (gen_random_uuid(), 'registered only')");

    prune();

    assertThat(log()).containsExactly("3", "4", "5", "6");
  }

  @Test
  void pruneKeepsYoungRowsOfTheLog() {
    DATABASE.execute("UPDATE change_log SET created_at = now() WHERE seq >= 2");

    prune();

    assertThat(log()).containsExactly("2", "3", "4", "5", "6");
  }

  @Test
  void pruneDeletesOldUsageCursorsAndAudit() {
    DATABASE.execute(
        """
        INSERT INTO usage_hour (key_id, hour, requests, last_used_at)
        SELECT 'k', date_trunc('hour', now() - make_interval(days => d), 'UTC'), 1, now()
        FROM unnest(ARRAY[0, 399, 401, 500]) AS d;
        INSERT INTO usage_cursor (replica, n, updated_at)
        SELECT gen_random_uuid(), 1, now() - make_interval(days => d)
        FROM unnest(ARRAY[0, 6, 8, 30]) AS d;
        INSERT INTO gateway_ack (replica, name)
        SELECT replica, 'alive' FROM usage_cursor WHERE updated_at < now() - interval '29 days';
        UPDATE audit SET at = now() - interval '401 days' WHERE name IN ('o1', 'o2')
        """);

    prune();

    assertThat(DATABASE.number("SELECT count(*) FROM usage_hour")).isEqualTo(2);
    assertThat(DATABASE.number("SELECT count(*) FROM usage_cursor")).isEqualTo(3);
    assertThat(DATABASE.query("SELECT name FROM audit ORDER BY id"))
        .containsExactly("o3", "o4", "o5", "o6");
  }

  @Test
  void pruneForgetsLostReplicasAndTheStragglersOfVersionsThatAreNotRetiring() {
    DATABASE.execute(
        """
        INSERT INTO gateway_lost (replica, at)
        SELECT gen_random_uuid(), now() - make_interval(days => d) FROM unnest(ARRAY[0, 6, 8]) AS d;
        INSERT INTO api_key (uid, namespace, name, organization_id, environment, permissions,
          created_at, updated_at)
        VALUES ('u', 'ns', 'key', 'acme', 'live', '{}', now(), now());
        INSERT INTO key_version (key_id, api_key_uid, number, hash, hint, state, position,
          issued_at, retire_at, revoked_at)
        VALUES ('k1', 'u', 1, sha256('1'), 'h', 'revoked', 1, now(), null, now()),
          ('k2', 'u', 2, sha256('2'), 'h', 'retiring', 1, now(), now(), null);
        INSERT INTO straggler (key_id, source, user_agent, route, last_seen, requests)
        SELECT k, '::1', '', '', now(), 1 FROM unnest(ARRAY['k1', 'k2', 'unknown']) AS k
        """);

    prune();

    assertThat(DATABASE.number("SELECT count(*) FROM gateway_lost")).isEqualTo(2);
    assertThat(DATABASE.query("SELECT key_id FROM straggler")).containsExactly("k2");
  }

  @Test
  void pruneGoesOnInPortionsWhenThereIsMuch() {
    DATABASE.execute(
        """
        INSERT INTO audit (at, seq, term, action, uid, name, organization_id)
        SELECT now() - interval '500 days', 1, 1, 'old', 'u', 'n', 'o'
        FROM generate_series(1, 25000)
        """);

    prune();

    assertThat(DATABASE.number("SELECT count(*) FROM audit WHERE action = 'old'")).isZero();
  }

  private void prune() {
    writer.prune(Long.MAX_VALUE).block(PATIENCE);
  }

  private static void acknowledge(String epoch, long seq) {
    DATABASE.execute(
        "INSERT INTO gateway_ack (replica, name, epoch, applied_seq, applied_change_id)"
            + " VALUES (gen_random_uuid(), 'gateway', "
            + epoch
            + ", ?, gen_random_uuid())",
        seq);
  }

  private static void age(String table, String column, String interval) {
    DATABASE.execute(
        "UPDATE " + table + " SET " + column + " = now() - interval '" + interval + "'");
  }

  private static List<String> log() {
    return DATABASE.query("SELECT DISTINCT seq FROM change_log ORDER BY seq");
  }
}
