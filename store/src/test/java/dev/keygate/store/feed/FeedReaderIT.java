package dev.keygate.store.feed;

import static dev.keygate.store.write.Sample.PATIENCE;
import static dev.keygate.store.write.Sample.activate;
import static dev.keygate.store.write.Sample.issue;
import static dev.keygate.store.write.Sample.key;
import static dev.keygate.store.write.Sample.organization;
import static dev.keygate.store.write.Sample.submit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keygate.store.TestDatabase;
import dev.keygate.store.connection.Column;
import dev.keygate.store.connection.Session;
import dev.keygate.store.connection.StoreUnavailableException;
import dev.keygate.store.key.KeyHash;
import dev.keygate.store.lease.Replicas;
import dev.keygate.store.write.Command.KeySpec;
import dev.keygate.store.write.Command.PutKey;
import dev.keygate.store.write.Command.RemoveKey;
import dev.keygate.store.write.Command.RemoveOrganization;
import dev.keygate.store.write.Command.RevokeVersions;
import dev.keygate.store.write.CommandRejectedException;
import dev.keygate.store.write.FeedWriter;
import io.r2dbc.spi.ConnectionFactory;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

final class FeedReaderIT {

  private static final Duration OFTEN = Duration.ofMillis(20);
  private static final Duration NEVER = Duration.ofDays(1);
  private static final TestDatabase DATABASE = TestDatabase.migrated();

  private final Disposable.Composite following = Disposables.composite();
  private FeedWriter writer = lead();

  @BeforeEach
  void clear() {
    DATABASE.execute("TRUNCATE organization, api_key, key_version CASCADE");
  }

  @AfterEach
  void stop() {
    following.dispose();
    writer.close();
  }

  @Test
  void followLoadsEverythingThatIsUsable() {
    submit(writer, organization("acme", null));
    submit(writer, organization("acme-eu", "acme"));
    KeySpec both = key("both", "acme-eu");
    submit(writer, issue(both, "k1"));
    submit(writer, activate(both, "k1", Duration.ZERO));
    submit(writer, issue(both, "k2"));
    KeySpec revoked = key("revoked", "acme");
    submit(writer, issue(revoked, "k3"));
    submit(writer, new RevokeVersions(revoked.uid(), Set.of(), "x"));

    Mirror mirror = follow(OFTEN, "load");
    await().untilAsserted(() -> assertThat(mirror.loads()).isEqualTo(1));

    assertThat(mirror.view().organizations()).containsOnlyKeys("acme", "acme-eu");
    assertThat(mirror.view().organization("acme-eu").parentId()).isEqualTo("acme");
    assertThat(mirror.view().keys()).containsOnlyKeys("uid-both");
    assertThat(mirror.view().keys().get("uid-both"))
        .isEqualTo(
            new FeedKey(
                "uid-both",
                "acme-eu",
                "live",
                List.of("contacts:read"),
                null,
                List.of(
                    new FeedKey.Version("k1", KeyHash.of("secret-k1")),
                    new FeedKey.Version("k2", KeyHash.of("secret-k2")))));
  }

  @Test
  void followLoadsEachKeyOnceWithAllItsVersionsWhenThereAreManyPages() {
    DATABASE.execute(
        """
        INSERT INTO api_key (uid, namespace, name, organization_id, environment, permissions,
          expires_at, created_at, updated_at)
        SELECT 'uid-' || i, 'team', 'n' || i, 'acme', 'live', ARRAY['a:' || i % 7],
          CASE WHEN i % 3 = 0 THEN TIMESTAMPTZ '2031-01-01 00:00:00.000001Z' END, now(), now()
        FROM generate_series(1, 20000) i;
        INSERT INTO key_version (key_id, api_key_uid, number, hash, hint, state, position,
          issued_at)
        SELECT 'k' || i || '-' || n, 'uid-' || i, n, sha256(('k' || i || '-' || n)::bytea), 'hint',
          'active', 1, now()
        FROM generate_series(1, 20000) i, generate_series(1, 2) n WHERE n = 1 OR i % 5 = 0
        """);

    Mirror mirror = follow(OFTEN, "pages");
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(mirror.loads()).isEqualTo(1));

    assertThat(mirror.view().keys()).hasSize(20_000);
    mirror
        .view()
        .keys()
        .forEach(
            (uid, key) -> {
              int i = Integer.parseInt(uid.substring("uid-".length()));
              List<FeedKey.Version> versions = new ArrayList<>();
              for (int n = 1; n <= (i % 5 == 0 ? 2 : 1); n++) {
                String keyId = "k" + i + "-" + n;
                versions.add(new FeedKey.Version(keyId, KeyHash.of(keyId)));
              }
              assertThat(key)
                  .isEqualTo(
                      new FeedKey(
                          uid,
                          "acme",
                          "live",
                          List.of("a:" + i % 7),
                          i % 3 == 0 ? Instant.parse("2031-01-01T00:00:00.000001Z") : null,
                          versions));
            });
  }

  @Test
  void followAppliesEachChangeWhenNotified() {
    Mirror mirror = follow(NEVER, "notified");
    await().untilAsserted(() -> assertThat(mirror.loads()).isEqualTo(1));
    KeySpec key = key("crm", "acme");

    FeedPosition put = submit(writer, organization("acme", null)).position();
    awaitPosition(mirror, put);
    awaitPosition(mirror, submit(writer, issue(key, "k1")).position());
    assertThat(mirror.view().keys()).containsOnlyKeys("uid-crm");
    awaitPosition(mirror, submit(writer, new RevokeVersions(key.uid(), Set.of(), "x")).position());
    assertThat(mirror.view().keys()).isEmpty();
    submit(writer, new RemoveKey(key.uid(), "x"));
    awaitPosition(mirror, submit(writer, new RemoveOrganization("uid-acme")).position());
    assertThat(mirror.view().organizations()).isEmpty();
    assertThat(mirror.loads()).isEqualTo(1);
  }

  @Test
  void followNeverSeesAGapOrAnotherOrderWhenSixteenWritersCommitAndRollBack() throws Exception {
    submit(writer, organization("acme", null));
    Mirror notified = follow(Duration.ofSeconds(1), "notified");
    Mirror cut = follow(Duration.ofSeconds(1), "cut");
    Mirror polling = follow(new DeafConnections(connections("polling")), OFTEN);
    await()
        .untilAsserted(
            () ->
                assertThat(List.of(notified.loads(), cut.loads(), polling.loads()))
                    .containsOnly(1));
    long start = head().seq();
    AtomicBoolean done = new AtomicBoolean();

    int writers = 16;
    try (var threads = Executors.newFixedThreadPool(writers + 1)) {
      List<Future<Void>> running = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        running.add(threads.submit(rawWriter(i, 40)));
      }
      Future<Long> cutter =
          threads.submit(
              () -> {
                long cuts = 0;
                while (!done.get()) {
                  cuts += DATABASE.terminate("cut");
                }
                return cuts;
              });
      for (Future<Void> one : running) {
        one.get();
      }
      done.set(true);
      assertThat(cutter.get()).isPositive();
    }

    List<String> expected =
        DATABASE.query(
            "SELECT payload ->> 'uid' FROM change_log WHERE seq > ? ORDER BY seq, ord", start);
    assertThat(expected).hasSizeGreaterThan(writers * 10);
    FeedPosition end = head();
    for (Mirror mirror : List.of(notified, cut, polling)) {
      awaitPosition(mirror, end);
      assertThat(uids(mirror)).isEqualTo(expected);
      assertThat(mirror.applied()).isSortedAccordingTo((a, b) -> Long.compare(a.seq(), b.seq()));
      assertThat(mirror.loads()).isEqualTo(1);
    }
  }

  @Test
  void followersEndWithTheSameStateWhenCutOrDeaf() {
    for (int i = 0; i < 10; i++) {
      submit(writer, organization("org-" + i, i == 0 ? null : "org-" + (i - 1)));
    }
    Mirror notified = follow(Duration.ofSeconds(1), "notified");
    Mirror cut = follow(Duration.ofSeconds(1), "cut");
    Mirror polling = follow(new DeafConnections(connections("polling")), OFTEN);
    await()
        .untilAsserted(
            () ->
                assertThat(List.of(notified.loads(), cut.loads(), polling.loads()))
                    .containsOnly(1));

    Flux.range(0, 16).flatMap(this::manyCommands).then().block(PATIENCE);

    Mirror fresh = follow(OFTEN, "fresh");
    FeedPosition end = head();
    for (Mirror mirror : List.of(notified, cut, polling, fresh)) {
      awaitPosition(mirror, end);
    }
    assertThat(fresh.view().keys()).hasSizeGreaterThan(50);
    assertThat(notified.view()).isEqualTo(fresh.view());
    assertThat(cut.view()).isEqualTo(fresh.view());
    assertThat(polling.view()).isEqualTo(fresh.view());
  }

  @Test
  void followSwapsOnceWhenABurstComes() {
    submit(writer, organization("acme", null));
    Mirror mirror = follow(NEVER, "burst");
    await().untilAsserted(() -> assertThat(mirror.loads()).isEqualTo(1));
    long before = mirror.view().seq();

    Flux.range(0, 2_000)
        .flatMap(i -> writer.submit(organization("o" + i, "acme")), 2_000)
        .then()
        .block(PATIENCE);

    awaitPosition(mirror, head());
    assertThat(mirror.changes()).hasSize(2_000);
    assertThat((long) mirror.applied().size()).isLessThanOrEqualTo(mirror.view().seq() - before);
  }

  @Test
  void followLoadsAgainWhenTheEpochChanges() {
    submit(writer, organization("acme", null));
    Mirror mirror = follow(OFTEN, "epoch");
    await().untilAsserted(() -> assertThat(mirror.loads()).isEqualTo(1));

    DATABASE.execute("UPDATE organization SET display_name = 'restored'");
    DATABASE.execute("UPDATE feed_head SET epoch = gen_random_uuid()");

    awaitPosition(mirror, head());
    assertThat(mirror.loads()).isEqualTo(2);
    assertThat(mirror.view().organization("acme").displayName()).isEqualTo("restored");
  }

  @Test
  void followLoadsAgainWhenAnotherChangeStandsAtTheAppliedPosition() {
    submit(writer, organization("acme", null));
    Mirror mirror = follow(OFTEN, "change");
    await().untilAsserted(() -> assertThat(mirror.loads()).isEqualTo(1));

    // As after a failover that lost a commit, with another one under the same number.
    DATABASE.execute(
        """
        WITH other AS (UPDATE feed_head SET change_id = gen_random_uuid() RETURNING seq, change_id)
        UPDATE change_log l SET change_id = other.change_id FROM other WHERE l.seq = other.seq
        """);

    awaitPosition(mirror, head());
    assertThat(mirror.loads()).isEqualTo(2);
  }

  @Test
  void followLoadsAgainWhenTheRowsAfterTheAppliedPositionArePruned() {
    submit(writer, organization("acme", null));
    Mirror mirror = follow(NEVER, "pruned");
    await().untilAsserted(() -> assertThat(mirror.loads()).isEqualTo(1));

    DATABASE.execute(
        """
        UPDATE feed_head SET seq = seq + 2, change_id = gen_random_uuid();
        INSERT INTO change_log (seq, ord, change_id, term, kind, payload)
          SELECT seq, 0, change_id, term, 'KeyRemoved', '{"uid": "x"}' FROM feed_head;
        NOTIFY keygate
        """);

    awaitPosition(mirror, head());
    assertThat(mirror.loads()).isEqualTo(2);
  }

  @Test
  void followLoadsAgainWhenItIsTooFarBehind() {
    submit(writer, organization("acme", null));
    Mirror mirror = follow(NEVER, "behind");
    await().untilAsserted(() -> assertThat(mirror.loads()).isEqualTo(1));

    DATABASE.execute(
        """
        UPDATE feed_head SET seq = seq + 1, change_id = gen_random_uuid();
        INSERT INTO change_log (seq, ord, change_id, term, kind, payload)
          SELECT seq, ord, change_id, term, 'KeyRemoved', '{"uid": "x"}'
          FROM feed_head, generate_series(0, %d) AS ord;
        NOTIFY keygate
        """
            .formatted(FeedStep.MOST_ENTRIES));

    awaitPosition(mirror, head());
    assertThat(mirror.loads()).isEqualTo(2);
    assertThat(mirror.changes()).isEmpty();
  }

  @Test
  void followLoadsAgainWhenTheFollowerFailed() {
    submit(writer, organization("acme", null));
    AtomicBoolean fail = new AtomicBoolean(true);
    Mirror mirror = new Mirror();
    FeedFollower failing =
        new FeedFollower() {
          @Override
          public Loader load() {
            return mirror.load();
          }

          @Override
          public void apply(FeedPosition to, List<Change> changes) {
            if (fail.getAndSet(false)) {
              throw new IllegalStateException("half-way");
            }
            mirror.apply(to, changes);
          }
        };
    following.add(new FeedReader(connections("failing"), OFTEN).follow(failing).subscribe());
    await().untilAsserted(() -> assertThat(mirror.loads()).isEqualTo(1));

    FeedPosition position = submit(writer, organization("globex", null)).position();

    awaitPosition(mirror, position);
    assertThat(mirror.loads()).isEqualTo(2);
  }

  @Test
  void followEndsItsSessionWhenCancelled() {
    Mirror mirror = follow(OFTEN, "cancelled");
    await().untilAsserted(() -> assertThat(mirror.loads()).isEqualTo(1));

    following.dispose();

    await()
        .untilAsserted(
            () ->
                assertThat(
                        DATABASE.number(
                            "SELECT count(*) FROM pg_stat_activity"
                                + " WHERE application_name = 'cancelled'"))
                    .isZero());
  }

  /** The head's protocol by hand, each on a connection of its own; a third is rolled back. */
  private static Callable<Void> rawWriter(int number, int transactions) {
    return () -> {
      SplittableRandom random = new SplittableRandom(number);
      try (Connection connection = DATABASE.connectAs(TestDatabase.OPERATOR)) {
        connection.setAutoCommit(false);
        for (int i = 0; i < transactions; i++) {
          writeRaw(connection, number + "-" + i, 1 + random.nextInt(3));
          if (random.nextInt(3) == 0) {
            connection.rollback();
          } else {
            connection.commit();
          }
        }
      }
      return null;
    };
  }

  private static void writeRaw(Connection connection, String name, int rows) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            WITH head AS (
              UPDATE feed_head SET seq = seq + 1, change_id = ? WHERE id = 1
              RETURNING seq, change_id, term
            ), logged AS (
              INSERT INTO change_log (seq, ord, change_id, term, kind, payload)
              SELECT seq, ord, change_id, term, 'KeyRemoved',
                     jsonb_build_object('uid', ? || '-' || ord)
              FROM head, generate_series(0, ? - 1) AS ord
            )
            SELECT pg_notify('keygate', seq::text) FROM head
            """)) {
      statement.setObject(1, UUID.randomUUID());
      statement.setString(2, name);
      statement.setInt(3, rows);
      statement.execute();
    }
  }

  /**
   * Real commands of all kinds, a few of them broken; the "cut" reader's session dies meanwhile.
   */
  private Mono<Void> manyCommands(int worker) {
    return Flux.range(0, 12)
        .concatMap(
            i -> {
              KeySpec key = key("n" + worker + "-" + i, "org-" + i % 10);
              String keyId = "k" + worker + "-" + i;
              KeySpec broken =
                  new KeySpec("u" + keyId, "team", "x", "org-0", "BROKEN", List.of(), null);
              if (worker == 0) {
                DATABASE.terminate("cut");
              }
              return Flux.concat(
                  writer.submit(issue(key, keyId)).then(),
                  writer
                      .submit(issue(broken, keyId + "x"))
                      .then()
                      .onErrorResume(CommandRejectedException.class, e -> Mono.empty()),
                  writer.submit(activate(key, keyId, Duration.ofHours(1))).then(),
                  i % 3 == 0 ? writer.submit(issue(key, keyId + "b")).then() : Mono.empty(),
                  i % 4 == 0 ? writer.submit(new RemoveKey(key.uid(), "x")).then() : Mono.empty(),
                  i % 5 == 1
                      ? writer.submit(new PutKey(key(key.name(), "org-9"))).then()
                      : Mono.empty());
            })
        .then();
  }

  @Test
  void withRunsWorkOnTheConnectionThatFollowsThoughItIsAskedBeforeThereIsOne() {
    FeedReader reader = new FeedReader(connections("errand"), NEVER);
    UUID replica = UUID.randomUUID();
    Mono<Void> registered = new Replicas(reader).register(replica, "early").cache();
    following.add(registered.subscribe());

    following.add(reader.follow(new Mirror()).subscribe());
    // Would fail inside the transaction that reads the full view.
    registered.block(PATIENCE);

    assertThat(reader.with(FeedReaderIT::backend).block(PATIENCE))
        .asString()
        .isEqualTo(
            DATABASE
                .query("SELECT pid::text FROM pg_stat_activity WHERE application_name = 'errand'")
                .getFirst());
    DATABASE.execute("DELETE FROM gateway_ack");
  }

  @Test
  void withFailsWhenTheConnectionIsLostAndTheNextWorkFindsANewOne() {
    FeedReader reader = new FeedReader(connections("errand-lost"), OFTEN);
    following.add(reader.follow(new Mirror()).subscribe());
    Long before = reader.with(FeedReaderIT::backend).block(PATIENCE);
    Mono<Long> slow =
        reader
            .with(
                session ->
                    session
                        .query("SELECT pg_sleep(60)", row -> 1L)
                        .single()
                        .doOnSubscribe(sent -> DATABASE.terminate("errand-lost")))
            .cache();

    assertThatThrownBy(() -> slow.block(PATIENCE)).isInstanceOf(StoreUnavailableException.class);

    assertThat(reader.with(FeedReaderIT::backend).block(PATIENCE)).isNotEqualTo(before);
  }

  private static Mono<Long> backend(Session session) {
    return session.query("SELECT pg_backend_pid()::bigint", row -> Column.number(row, 0)).single();
  }

  private Mirror follow(Duration poll, String applicationName) {
    return follow(connections(applicationName), poll);
  }

  private Mirror follow(ConnectionFactory connections, Duration poll) {
    Mirror mirror = new Mirror();
    following.add(new FeedReader(connections, poll).follow(mirror).subscribe());
    return mirror;
  }

  private static ConnectionFactory connections(String applicationName) {
    return DATABASE.as(TestDatabase.GATEWAY).unpooled(applicationName);
  }

  private static void awaitPosition(Mirror mirror, FeedPosition position) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(mirror.view().position()).isEqualTo(position));
  }

  private static List<String> uids(Mirror mirror) {
    return mirror.changes().stream()
        .map(change -> change instanceof Change.KeyRemoved(var uid) ? uid : change.toString())
        .toList();
  }

  private static FeedPosition head() {
    List<String> parts =
        DATABASE.query(
            "SELECT unnest(ARRAY[epoch::text, seq::text, change_id::text]) FROM feed_head");
    return new FeedPosition(
        UUID.fromString(parts.get(0)), Long.parseLong(parts.get(1)), UUID.fromString(parts.get(2)));
  }

  private static FeedWriter lead() {
    return FeedWriter.lead(
            DATABASE.as(TestDatabase.OPERATOR).unpooled("operator"), Duration.ofMinutes(2))
        .blockOptional(PATIENCE)
        .orElseThrow();
  }
}
