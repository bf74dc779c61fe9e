package dev.keygate.store.write;

import static dev.keygate.store.write.Sample.PATIENCE;
import static dev.keygate.store.write.Sample.issue;
import static dev.keygate.store.write.Sample.key;
import static dev.keygate.store.write.Sample.organization;
import static dev.keygate.store.write.Sample.submit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keygate.store.CuttingProxy;
import dev.keygate.store.TestDatabase;
import dev.keygate.store.connection.StoreSettings;
import dev.keygate.store.connection.StoreUnavailableException;
import dev.keygate.store.usage.UsageBatch;
import dev.keygate.store.usage.UsageStore;
import dev.keygate.store.write.Command.IssueVersion;
import dev.keygate.store.write.Command.KeyResult;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LostReplyIT {

  private static final TestDatabase DATABASE = TestDatabase.migrated();

  private final CuttingProxy proxy = new CuttingProxy(port());
  private final FeedWriter writer =
      FeedWriter.lead(through(TestDatabase.OPERATOR).unpooled("operator"), Duration.ofMinutes(2))
          .blockOptional(PATIENCE)
          .orElseThrow();

  LostReplyIT() throws IOException {}

  @BeforeEach
  void clear() {
    DATABASE.execute("TRUNCATE organization, api_key, key_version, usage_total, audit CASCADE");
    submit(writer, organization("acme", null));
  }

  @AfterEach
  void close() throws IOException {
    writer.close();
    proxy.close();
  }

  @Test
  void submitIsUnavailableAndFindsItsOwnWorkWhenTheReplyToCommitIsLost() {
    IssueVersion command = issue(key("crm", "acme"), "k1");
    proxy.loseAnswerTo("COMMIT\0");

    assertThatThrownBy(() -> submit(writer, command)).isInstanceOf(StoreUnavailableException.class);

    assertThat(DATABASE.number("SELECT count(*) FROM key_version")).isEqualTo(1);
    long head = DATABASE.number("SELECT seq FROM feed_head");
    Committed<KeyResult> again = submit(writer, command);
    assertThat(again.result()).isEqualTo(new KeyResult.Written());
    assertThat(again.position().seq()).isEqualTo(head);
    assertThat(DATABASE.number("SELECT count(*) FROM key_version")).isEqualTo(1);
  }

  @Test
  void submitIsUnavailableAndWritesNothingWhenTheConnectionBreaksBeforeCommit() {
    IssueVersion command = issue(key("crm", "acme"), "k1");
    proxy.loseAnswerTo("INSERT INTO key_version");

    assertThatThrownBy(() -> submit(writer, command)).isInstanceOf(StoreUnavailableException.class);
    Committed<KeyResult> again = submit(writer, command);

    assertThat(again.result()).isEqualTo(new KeyResult.Written());
    assertThat(DATABASE.number("SELECT count(*) FROM key_version")).isEqualTo(1);
    assertThat(DATABASE.number("SELECT count(*) FROM audit WHERE key_id = 'k1'")).isEqualTo(1);
  }

  @Test
  void addCountsOnceWhenTheReplyIsLost() {
    submit(writer, issue(key("crm", "acme"), "k1"));
    UsageStore usage = new UsageStore(through(TestDatabase.GATEWAY).unpooled("gateway"));
    Instant now = Instant.now();
    UsageBatch batch =
        new UsageBatch(
            UUID.randomUUID(),
            1,
            List.of(new UsageBatch.Count("k1", now.truncatedTo(ChronoUnit.HOURS), 7, now)));
    usage.add(new UsageBatch(batch.replica(), 1, List.of())).block(PATIENCE);
    UsageBatch second = new UsageBatch(batch.replica(), 2, batch.counts());
    proxy.loseAnswerTo("INSERT INTO usage_total");

    assertThatThrownBy(() -> usage.add(second).block(PATIENCE))
        .isInstanceOf(StoreUnavailableException.class);
    usage.add(second).block(PATIENCE);

    assertThat(DATABASE.number("SELECT requests FROM usage_total WHERE key_id = 'k1'"))
        .isEqualTo(7);
  }

  private StoreSettings through(String role) {
    StoreSettings direct = DATABASE.as(role);
    return new StoreSettings(
        direct.url().replace(":" + port() + "/", ":" + proxy.port() + "/"),
        role,
        direct.passwordFile());
  }

  private static int port() {
    return Integer.parseInt(DATABASE.query("SHOW port").getFirst());
  }
}
