package dev.keygate.store.write;

import static dev.keygate.store.write.Sample.PATIENCE;
import static dev.keygate.store.write.Sample.activate;
import static dev.keygate.store.write.Sample.issue;
import static dev.keygate.store.write.Sample.key;
import static dev.keygate.store.write.Sample.organization;
import static dev.keygate.store.write.Sample.result;
import static dev.keygate.store.write.Sample.submit;
import static dev.keygate.store.write.Sample.submitAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keygate.store.TestDatabase;
import dev.keygate.store.connection.StoreUnavailableException;
import dev.keygate.store.connection.UnfitStoreException;
import dev.keygate.store.key.KeyHash;
import dev.keygate.store.lease.LeaseTerms;
import dev.keygate.store.read.KeyRecord;
import dev.keygate.store.read.KeyRecord.State;
import dev.keygate.store.read.OrganizationRecord;
import dev.keygate.store.read.StoreReader;
import dev.keygate.store.write.Command.IssueVersion;
import dev.keygate.store.write.Command.KeyResult;
import dev.keygate.store.write.Command.KeyResult.Conflict;
import dev.keygate.store.write.Command.KeyResult.OrganizationMissing;
import dev.keygate.store.write.Command.KeySpec;
import dev.keygate.store.write.Command.OrganizationResult;
import dev.keygate.store.write.Command.OrganizationResult.Cycle;
import dev.keygate.store.write.Command.OrganizationResult.DuplicateId;
import dev.keygate.store.write.Command.OrganizationResult.HasDependents;
import dev.keygate.store.write.Command.OrganizationResult.ParentMissing;
import dev.keygate.store.write.Command.PutKey;
import dev.keygate.store.write.Command.PutOrganization;
import dev.keygate.store.write.Command.RemoveKey;
import dev.keygate.store.write.Command.RemoveOrganization;
import dev.keygate.store.write.Command.RevokeVersions;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.ConnectionFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

final class FeedWriterIT {

  private static final OrganizationResult WRITTEN = new OrganizationResult.Written();
  private static final KeyResult KEY_WRITTEN = new KeyResult.Written();
  private static final Duration LEASE = Duration.ofMinutes(2);

  private static final TestDatabase DATABASE = TestDatabase.migrated();
  private static final ConnectionPool POOL =
      DATABASE.as(TestDatabase.OPERATOR).pool("operator-reader", 2);

  private final StoreReader reader = new StoreReader(POOL);
  private FeedWriter writer = lead(LEASE);

  @BeforeEach
  void clear() {
    DATABASE.execute(
        "TRUNCATE organization, api_key, key_version, audit, gateway_ack, usage_total CASCADE");
    submit(writer, organization("acme", null));
  }

  @AfterEach
  void closeWriter() {
    writer.close();
  }

  @AfterAll
  static void closePool() {
    POOL.disposeLater().block(PATIENCE);
  }

  // Organizations

  @Test
  void submitWritesTheWholeOrganization() {
    PutOrganization command =
        new PutOrganization(
            "u1", "acme-eu", "acme.eu", "acme", "Acme \"EU\" \u00fc", List.of("a:b", "c:*"), true);

    Committed<OrganizationResult> committed = submit(writer, command);

    assertThat(committed.result()).isEqualTo(WRITTEN);
    assertThat(committed.position()).isEqualTo(reader.head().block(PATIENCE));
    OrganizationRecord record = stored("acme-eu");
    assertThat(record)
        .isEqualTo(
            new OrganizationRecord(
                "u1",
                "acme-eu",
                "acme.eu",
                "acme",
                "Acme \"EU\" \u00fc",
                List.of("a:b", "c:*"),
                true,
                committed.position().seq(),
                0,
                record.createdAt(),
                record.updatedAt()));
    assertThat(DATABASE.query("SELECT action FROM audit WHERE uid = 'u1'"))
        .containsExactly("OrganizationPut");
  }

  @Test
  void submitSpendsNoNumberWhenNothingChanges() {
    Committed<OrganizationResult> first = submit(writer, organization("globex", null));
    Committed<OrganizationResult> again = submit(writer, organization("globex", null));

    assertThat(again.result()).isEqualTo(WRITTEN);
    assertThat(again.position()).isEqualTo(first.position());
    assertThat(reader.head().block(PATIENCE)).isEqualTo(first.position());
    assertThat(DATABASE.number("SELECT count(*) FROM audit WHERE uid = 'uid-globex'")).isEqualTo(1);
  }

  @Test
  void submitAnswersDuplicateWhenIdBelongsToAnotherName() {
    PutOrganization other =
        new PutOrganization("u2", "acme", "impostor", null, "Impostor", null, false);

    assertThat(result(writer, other)).isEqualTo(new DuplicateId("acme"));
    assertThat(stored("acme").name()).isEqualTo("acme");
  }

  @Test
  void submitTakesOverTheRowWhenNameComesWithAnotherUid() {
    submit(writer, organization("acme-eu", "acme"));
    PutOrganization recreated =
        new PutOrganization("u3", "acme", "acme", null, "Acme again", null, false);

    assertThat(result(writer, recreated)).isEqualTo(WRITTEN);
    assertThat(stored("acme").uid()).isEqualTo("u3");
    assertThat(stored("acme-eu").parentId()).isEqualTo("acme");
  }

  @Test
  void submitRefusesAnotherIdForANameWhenItsIdIsInUse() {
    submit(writer, organization("acme-eu", "acme"));
    PutOrganization renamed = new PutOrganization("u4", "acme2", "acme", null, "Acme", null, false);

    assertThat(result(writer, renamed)).isEqualTo(new HasDependents(1, 0));

    result(writer, new RemoveOrganization("uid-acme-eu"));
    assertThat(result(writer, renamed)).isEqualTo(WRITTEN);
    assertThat(organizations()).extracting(OrganizationRecord::id).containsExactly("acme2");
  }

  @Test
  void submitAnswersParentMissingWhenThereIsNone() {
    assertThat(result(writer, organization("lost", "nobody"))).isEqualTo(new ParentMissing());
    assertThat(result(writer, organization("lost", "ACME"))).isEqualTo(new ParentMissing());
  }

  @Test
  void submitAnswersCycleAndMovesNothingWhenParentIsBelow() {
    submit(writer, organization("b", "acme"));
    submit(writer, organization("c", "b"));

    assertThat(result(writer, organization("acme", "c")))
        .isEqualTo(new Cycle(List.of("acme", "c", "b", "acme")));
    assertThat(result(writer, organization("acme", "acme")))
        .isEqualTo(new Cycle(List.of("acme", "acme")));
    assertThat(stored("acme").parentId()).isNull();
  }

  @Test
  void submitAnswersCycleWhenTwoMovesOfOneBatchMakeIt() {
    submit(writer, organization("x", null));
    submit(writer, organization("y", null));
    List<Command<OrganizationResult>> moves =
        List.of(organization("x", "y"), organization("y", "x"));

    List<Committed<OrganizationResult>> answers = submitAll(writer, moves);

    assertThat(answers).extracting(Committed::result).contains(WRITTEN);
    assertThat(answers).extracting(Committed::result).hasAtLeastOneElementOfType(Cycle.class);
  }

  @Test
  void submitRemovesAnOrganizationOnlyWhenNothingDependsOnIt() {
    submit(writer, organization("b", "acme"));
    KeySpec key = key("crm", "acme");
    submit(writer, issue(key, "k1"));

    assertThat(result(writer, new RemoveOrganization("uid-acme")))
        .isEqualTo(new HasDependents(1, 1));

    result(writer, new RemoveOrganization("uid-b"));
    result(writer, new RemoveKey(key.uid(), "Deleted"));
    assertThat(result(writer, new RemoveOrganization("uid-acme"))).isEqualTo(WRITTEN);
    assertThat(organizations()).isEmpty();
    assertThat(result(writer, new RemoveOrganization("uid-acme"))).isEqualTo(WRITTEN);
  }

  // Keys

  @Test
  void submitCarriesAKeyThroughItsLife() {
    Instant expiry = Instant.parse("2030-01-02T03:04:05.123456789Z");
    KeySpec key =
        new KeySpec("uid-crm", "team", "crm", "acme", "live", List.of("a:b", "*"), expiry);

    assertThat(result(writer, issue(key, "k1"))).isEqualTo(KEY_WRITTEN);
    assertThat(states(key)).containsExactly(State.PENDING);
    assertThat(result(writer, activate(key, "k1", Duration.ZERO))).isEqualTo(KEY_WRITTEN);
    assertThat(states(key)).containsExactly(State.ACTIVE);

    assertThat(result(writer, issue(key, "k2"))).isEqualTo(KEY_WRITTEN);
    Committed<KeyResult> activated = submit(writer, activate(key, "k2", Duration.ofHours(24)));
    assertThat(states(key)).containsExactly(State.RETIRING, State.ACTIVE);
    KeyRecord.Version old = record(key).versions().getFirst();
    assertThat(old.retireAt()).isCloseTo(Instant.now().plus(24, ChronoUnit.HOURS), within());
    assertThat(old.position()).isEqualTo(activated.position().seq());

    result(writer, new RevokeVersions(key.uid(), Set.of("k1"), "Drained"));
    assertThat(states(key)).containsExactly(State.REVOKED, State.ACTIVE);
    assertThat(record(key).versions().getFirst().reason()).isEqualTo("Drained");
    assertThat(record(key).spec().expiresAt()).isEqualTo(expiry.truncatedTo(ChronoUnit.MICROS));

    result(writer, new RemoveKey(key.uid(), "Deleted"));
    assertThat(states(key)).containsExactly(State.REVOKED, State.REVOKED);
    assertThat(record(key).deleted()).isTrue();
    assertThat(DATABASE.query("SELECT action FROM audit WHERE uid = 'uid-crm' ORDER BY id"))
        .containsExactly(
            "VersionIssued",
            "VersionActivated",
            "VersionIssued",
            "VersionActivated",
            "VersionRevoked",
            "VersionRevoked",
            "KeyRemoved");
  }

  @Test
  void submitChangesNothingWhenCommandsAreSentAgain() {
    KeySpec key =
        new KeySpec(
            "uid-crm", "team", "crm", "acme", "live", List.of(), Instant.now().plusNanos(123));
    List<Command<KeyResult>> commands =
        List.of(
            issue(key, "k1"),
            issue(key, "k1"),
            activate(key, "k1", Duration.ZERO),
            activate(key, "k1", Duration.ZERO),
            new PutKey(key),
            new RevokeVersions(key.uid(), Set.of(), "Revoked"),
            new RevokeVersions(key.uid(), Set.of(), "Revoked"),
            new RemoveKey(key.uid(), "Deleted"),
            new RemoveKey(key.uid(), "Deleted"));

    List<Long> positions = new ArrayList<>();
    for (Command<KeyResult> command : commands) {
      Committed<KeyResult> committed = submit(writer, command);
      assertThat(committed.result()).isEqualTo(KEY_WRITTEN);
      positions.add(committed.position().seq());
    }

    long first = positions.getFirst();
    assertThat(positions)
        .containsExactly(
            first, first, first + 1, first + 1, first + 1, first + 2, first + 2, first + 3,
            first + 3);
  }

  @Test
  void submitRevokesTheOldVersionAtOnceWhenThereIsNoOverlap() {
    KeySpec key = key("crm", "acme");
    submit(writer, issue(key, "k1"));
    submit(writer, activate(key, "k1", Duration.ZERO));
    submit(writer, issue(key, "k2"));
    submit(writer, issue(key, "k3"));

    submit(writer, activate(key, "k3", Duration.ZERO));

    assertThat(states(key)).containsExactly(State.REVOKED, State.REVOKED, State.ACTIVE);
  }

  @Test
  void submitRevokesTheRetiringVersionTooWhenThereIsNoOverlap() {
    KeySpec key = key("crm", "acme");
    submit(writer, issue(key, "k1"));
    submit(writer, activate(key, "k1", Duration.ZERO));
    submit(writer, issue(key, "k2"));
    submit(writer, activate(key, "k2", Duration.ofHours(1)));
    submit(writer, issue(key, "k3"));

    submit(writer, activate(key, "k3", Duration.ZERO));

    assertThat(states(key)).containsExactly(State.REVOKED, State.REVOKED, State.ACTIVE);
  }

  @Test
  void submitKeepsTheHighestRevisionThatAVersionWasMintedFor() {
    KeySpec key = key("crm", "acme");
    submit(writer, issue(key, "k1"));
    assertThat(record(key).handledRevision()).isZero();

    submit(writer, rotated(key, "k2", 7));
    submit(writer, rotated(key, "k3", 5));
    submit(writer, activate(key, "k3", Duration.ofHours(1)));

    assertThat(record(key).handledRevision()).isEqualTo(7);
    assertThat(record(key).versions())
        .extracting(KeyRecord.Version::issueReason)
        .containsExactly("Created", "RevisionRaised", "RevisionRaised");
    assertThat(record(key).versions().getLast().activatedAt()).isCloseTo(Instant.now(), within());
    assertThat(record(key).versions().getFirst().activatedAt()).isNull();
  }

  private static IssueVersion rotated(KeySpec key, String keyId, long revision) {
    return new IssueVersion(
        key, keyId, KeyHash.of("secret-" + keyId), "hint", "RevisionRaised", revision);
  }

  @Test
  void submitAnswersConflictWhenHashOrIdWasEverUsed() {
    KeySpec key = key("crm", "acme");
    submit(writer, issue(key, "k1"));
    submit(writer, new RevokeVersions(key.uid(), Set.of(), "Revoked"));
    submit(writer, new RemoveKey(key.uid(), "Deleted"));
    KeySpec other = key("other", "acme");
    KeyHash hash = KeyHash.of("secret-k1");

    assertThat(result(writer, issue(key, "k1"))).isInstanceOf(Conflict.class);
    assertThat(result(writer, issue(key, "k9"))).isInstanceOf(Conflict.class);
    assertThat(result(writer, issue(other, "k1"))).isInstanceOf(Conflict.class);
    assertThat(result(writer, new IssueVersion(other, "k2", hash, "hint", "Created", 0)))
        .isInstanceOf(Conflict.class);
    assertThat(reader.key(other.uid()).block(PATIENCE)).isEmpty();
  }

  @Test
  void submitAnswersConflictOnceWhenTwoOfOneBatchUseTheSameHash() {
    KeyHash hash = KeyHash.of("the same");
    List<Command<KeyResult>> commands = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      commands.add(new IssueVersion(key("n" + i, "acme"), "k" + i, hash, "hint", "Created", 0));
    }

    List<Committed<KeyResult>> answers = submitAll(writer, commands);

    assertThat(answers).filteredOn(answer -> answer.result().equals(KEY_WRITTEN)).hasSize(1);
  }

  @Test
  void submitAnswersOrganizationMissingWhenThereIsNone() {
    KeySpec key = key("crm", "acme");
    submit(writer, issue(key, "k1"));

    assertThat(result(writer, issue(key("x", "nobody"), "k2")))
        .isEqualTo(new OrganizationMissing());
    assertThat(result(writer, new PutKey(key("crm", "nobody"))))
        .isEqualTo(new OrganizationMissing());
  }

  @Test
  void submitAnswersConflictWhenKeyOrVersionIsUnknownOrInAnotherState() {
    KeySpec key = key("crm", "acme");

    assertThat(result(writer, new PutKey(key))).isInstanceOf(Conflict.class);
    assertThat(result(writer, activate(key, "k1", Duration.ZERO))).isInstanceOf(Conflict.class);
    assertThat(result(writer, new RevokeVersions(key.uid(), Set.of(), "x")))
        .isInstanceOf(Conflict.class);

    submit(writer, issue(key, "k1"));
    assertThat(result(writer, activate(key, "k2", Duration.ZERO))).isInstanceOf(Conflict.class);
    assertThat(result(writer, new RevokeVersions(key.uid(), Set.of("k1", "k2"), "x")))
        .isInstanceOf(Conflict.class);
    submit(writer, new RevokeVersions(key.uid(), Set.of("k1"), "x"));
    assertThat(result(writer, activate(key, "k1", Duration.ZERO))).isInstanceOf(Conflict.class);
  }

  @Test
  void submitKeepsARevokedVersionDeadWhateverIsSent() {
    KeySpec key = key("crm", "acme");
    submit(writer, issue(key, "k1"));
    submit(writer, new RevokeVersions(key.uid(), Set.of(), "x"));

    assertThatThrownBy(
            () ->
                DATABASE.execute(
                    "UPDATE key_version SET state = 'active', revoked_at = NULL"
                        + " WHERE key_id = 'k1'"))
        .hasMessageContaining("never changed");
  }

  // Batches

  @Test
  void submitSharesTransactionsWhenManyCommandsCome() {
    long before = submit(writer, organization("marker", null)).position().seq();
    List<Command<OrganizationResult>> commands = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      commands.add(organization("o" + i, "acme"));
    }

    List<Committed<OrganizationResult>> answers = submitAll(writer, commands);

    assertThat(answers).extracting(Committed::result).containsOnly(WRITTEN);
    assertThat(reader.head().blockOptional(PATIENCE).orElseThrow().seq() - before).isLessThan(60);
    assertThat(organizations()).hasSize(602);
  }

  @Test
  void submitFailsAloneWhenCommandIsBroken() {
    List<Command<KeyResult>> commands = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String environment = i % 10 == 5 ? "NOT ALLOWED" : "live";
      KeySpec key = new KeySpec("uid-" + i, "team", "n" + i, "acme", environment, List.of(), null);
      commands.add(issue(key, "k" + i));
    }

    List<Object> answers =
        Flux.fromIterable(commands)
            .flatMapSequential(
                command ->
                    writer
                        .submit(command)
                        .<Object>map(Committed::result)
                        .onErrorResume(error -> Mono.just(error.getClass())),
                commands.size())
            .collectList()
            .blockOptional(PATIENCE)
            .orElseThrow();

    for (int i = 0; i < answers.size(); i++) {
      assertThat(answers.get(i))
          .isEqualTo(i % 10 == 5 ? CommandRejectedException.class : KEY_WRITTEN);
    }
    assertThat(DATABASE.number("SELECT count(*) FROM key_version")).isEqualTo(36);
    assertThat(gaps()).isZero();
  }

  // Leadership

  @Test
  void submitIsDeposedAndWritesNothingWhenAnotherLeads() {
    FeedWriter former = writer;
    writer = lead(LEASE);
    assertThat(writer.term()).isGreaterThan(former.term());
    String before = everything();

    assertThatThrownBy(() -> submit(former, organization("late", null)))
        .isInstanceOf(DeposedException.class);
    assertThatThrownBy(() -> submit(former, organization("later", null)))
        .isInstanceOf(DeposedException.class);

    assertThat(everything()).isEqualTo(before);
    assertThat(result(writer, organization("now", null))).isEqualTo(WRITTEN);
    former.close();
  }

  @Test
  void submitIsDeposedWhenARestoreBroughtTheSameTermWithAnotherLeader() {
    DATABASE.execute("UPDATE feed_head SET leader = gen_random_uuid()");

    assertThatThrownBy(() -> submit(writer, organization("late", null)))
        .isInstanceOf(DeposedException.class);
  }

  @Test
  void headIsToldOnlyToTheWriterThatLeads() {
    FeedWriter former = writer;
    assertThat(former.head().block(PATIENCE)).isEqualTo(reader.head().block(PATIENCE));

    writer = lead(LEASE);

    assertThatThrownBy(() -> former.head().block(PATIENCE)).isInstanceOf(DeposedException.class);
    former.close();
  }

  @Test
  void leadEndsAFormerWriterThatHoldsTheLock() throws SQLException {
    try (Connection stuck = DATABASE.connectAs(TestDatabase.OPERATOR);
        var statement = stuck.createStatement()) {
      statement.execute("SET application_name = '" + WriterConnection.APPLICATION_NAME + "'");
      stuck.setAutoCommit(false);
      statement.execute("UPDATE feed_head SET seq = seq + 1 WHERE id = 1");

      writer.close();
      writer = lead(LEASE);

      assertThat(result(writer, organization("free", null))).isEqualTo(WRITTEN);
      assertThatThrownBy(stuck::commit).isInstanceOf(SQLException.class);
      assertThat(gaps()).isZero();
    }
  }

  @Test
  void leadEndsWhateverElseOfTheRoleIsInATransactionAndNoIdleSession() throws SQLException {
    try (Connection stuck = DATABASE.connectAs(TestDatabase.OPERATOR);
        var removal = stuck.createStatement();
        Connection idle = DATABASE.connectAs(TestDatabase.OPERATOR);
        var reading = idle.createStatement()) {
      reading.execute("SELECT 1");
      stuck.setAutoCommit(false);
      removal.execute("SELECT 1 FROM feed_head WHERE id = 1 FOR SHARE");

      writer.close();
      writer = lead(LEASE);

      assertThat(result(writer, organization("free", null))).isEqualTo(WRITTEN);
      assertThatThrownBy(stuck::commit).isInstanceOf(SQLException.class);
      assertThat(reading.execute("SELECT 1")).isTrue();
    }
  }

  @Test
  void leadRefusesAndChangesNothingWhenTheStoreBelongsToAnotherCluster() {
    // Given
    TestDatabase ours = TestDatabase.migrated();
    ConnectionFactory connections = ours.as(TestDatabase.OPERATOR).unpooled("operator");
    LeaseTerms lease = LeaseTerms.of(LEASE);
    FeedWriter owner =
        FeedWriter.lead(connections, lease, "uid-ours").blockOptional(PATIENCE).orElseThrow();
    String before = ours.query("SELECT feed_head::text FROM feed_head").getFirst();

    // When, Then
    assertThatThrownBy(() -> FeedWriter.lead(connections, lease, "uid-other").block(PATIENCE))
        .isInstanceOf(UnfitStoreException.class)
        .hasMessageContaining("belongs to another cluster")
        .hasMessageContaining("uid-ours")
        .hasMessageContaining("uid-other")
        .hasMessageContaining("keygate.store.url");
    assertThat(ours.query("SELECT feed_head::text FROM feed_head")).containsExactly(before);
    assertThat(result(owner, organization("kept", null))).isEqualTo(WRITTEN);
    owner.close();
  }

  @Test
  void leadKeepsTheLargerLeaseInMindWhenItIsShortened() {
    writer.close();
    writer = lead(Duration.ofSeconds(10));
    assertThat(writer.lease()).isEqualTo(LEASE);
    assertThat(DATABASE.number("SELECT lease_millis FROM feed_head")).isEqualTo(10_000);

    writer.close();
    writer = lead(LEASE);
    assertThat(writer.lease()).isEqualTo(LEASE);
  }

  @Test
  void leadKeepsTheLargerLeaseInMindWhenTheLeaderChangesAgain() {
    // Given
    Duration shorter = Duration.ofSeconds(10);
    writer.close();
    lead(shorter).close();

    // When, Then: a gateway may have renewed for the longer one just before it was shortened.
    writer = lead(shorter);
    assertThat(writer.lease()).isEqualTo(LEASE);

    // When, Then: and no longer once that has run out.
    writer.close();
    assertThat(
            DATABASE.query(
                "SELECT former_lease_until - now() BETWEEN interval '2 min' AND interval '4 min'"
                    + " FROM feed_head"))
        .containsExactly("t");
    DATABASE.execute("UPDATE feed_head SET former_lease_until = now()");
    writer = lead(shorter);
    assertThat(writer.lease()).isEqualTo(shorter);
  }

  @Test
  void leadRefusesWhenTheLeaseIsOutOfRange() {
    for (Duration lease : List.of(Duration.ofMillis(999), Duration.ofHours(25))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> lead(lease))
          .withMessageContaining("keygate.lease.duration");
    }
  }

  @Test
  void submitGoesOnUnderTheSameTermWhenItsConnectionWasCut() {
    for (int i = 0; i < 5; i++) {
      assertThat(DATABASE.terminate(WriterConnection.APPLICATION_NAME)).isEqualTo(1);

      PutOrganization command = organization("after-" + i, null);
      Committed<OrganizationResult> committed =
          writer
              .submit(command)
              .retryWhen(
                  reactor.util.retry.Retry.max(3)
                      .filter(StoreUnavailableException.class::isInstance))
              .blockOptional(PATIENCE)
              .orElseThrow();

      assertThat(committed.result()).isEqualTo(WRITTEN);
    }
    assertThat(gaps()).isZero();
  }

  @Test
  void submitFailsWhenWriterIsClosed() {
    writer.close();

    assertThatThrownBy(() -> submit(writer, organization("late", null)))
        .isInstanceOf(StoreUnavailableException.class);
  }

  // Reading

  @Test
  void usableKeysStreamsKeysThatHaveAUsableVersion() {
    List<Command<KeyResult>> commands = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      commands.add(issue(key("n" + i, "acme"), "k" + i));
    }
    submitAll(writer, commands);
    submit(writer, issue(key("n7", "acme"), "k7b"));
    submit(writer, new RevokeVersions("uid-n7", Set.of("k7"), "x"));
    submit(writer, new RemoveKey("uid-n8", "x"));

    List<KeyRecord> usable =
        reader.usableKeys().collectList().blockOptional(PATIENCE).orElseThrow();

    assertThat(usable).hasSize(49).contains(record(key("n7", "acme")));
    assertThat(usable).extracting(key -> key.spec().uid()).doesNotContain("uid-n8");
    assertThat(stored("acme").keys()).isEqualTo(49);
  }

  private FeedWriter lead(Duration lease) {
    return FeedWriter.lead(DATABASE.as(TestDatabase.OPERATOR).unpooled("operator"), lease)
        .blockOptional(PATIENCE)
        .orElseThrow();
  }

  private static org.assertj.core.data.TemporalUnitOffset within() {
    return new org.assertj.core.data.TemporalUnitWithinOffset(5, ChronoUnit.MINUTES);
  }

  private OrganizationRecord stored(String id) {
    return organizations().stream().filter(o -> o.id().equals(id)).findFirst().orElseThrow();
  }

  private List<OrganizationRecord> organizations() {
    return reader.organizations().blockOptional(PATIENCE).orElseThrow();
  }

  private KeyRecord record(KeySpec key) {
    return reader.key(key.uid()).blockOptional(PATIENCE).orElseThrow().orElseThrow();
  }

  private List<State> states(KeySpec key) {
    return record(key).versions().stream().map(KeyRecord.Version::state).toList();
  }

  private static long gaps() {
    return DATABASE.number(
        """
        SELECT count(*) FROM (
          SELECT seq - lag(seq) OVER (ORDER BY seq) AS step
          FROM (SELECT DISTINCT seq FROM change_log) AS numbers) AS steps
        WHERE step <> 1
        """);
  }

  private static String everything() {
    return DATABASE
        .query(
            """
            SELECT (SELECT count(*) FROM organization) || ' ' || (SELECT count(*) FROM change_log)
              || ' ' || (SELECT count(*) FROM audit) || ' ' || seq FROM feed_head
            """)
        .getFirst();
  }
}
