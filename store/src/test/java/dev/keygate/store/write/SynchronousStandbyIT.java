package dev.keygate.store.write;

import static dev.keygate.store.write.Sample.PATIENCE;
import static dev.keygate.store.write.Sample.organization;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keygate.store.TestDatabase;
import dev.keygate.store.write.Command.OrganizationResult;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** A server that is to replicate every commit to a standby which is not there. */
final class SynchronousStandbyIT {

  private static final TestDatabase DATABASE = TestDatabase.migrated();
  private static final String WAITS_LONGER_THAN_A_STATEMENT_MAY =
      """
      SELECT count(*) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'keygate-feed-writer'
        AND wait_event = 'SyncRep' AND clock_timestamp() - query_start > interval '1500 ms'
      """;

  @AfterEach
  void waitForNobody() {
    standbys("''");
  }

  @Test
  void submitIsNotToldThatACommitIsDoneWhichWasNotReplicated() {
    // Given
    FeedWriter writer =
        FeedWriter.lead(
                new Hurried(DATABASE.as(TestDatabase.OPERATOR).unpooled("operator")),
                Duration.ofMinutes(2))
            .blockOptional(PATIENCE)
            .orElseThrow();
    standbys("'nobody'");
    Deque<CompletableFuture<Committed<OrganizationResult>>> changes = new ArrayDeque<>();

    // When
    await("a commit waits")
        .atMost(PATIENCE)
        .until(
            () -> {
              if (changes.isEmpty() || changes.getLast().isDone()) {
                String id = "org" + changes.size();
                changes.add(writer.submit(organization(id, null)).toFuture());
              }
              return DATABASE.number(WAITS_LONGER_THAN_A_STATEMENT_MAY) == 1;
            });

    // Then
    assertThat(changes.getLast()).isNotDone();
    standbys("''");
    assertThat(changes.getLast()).succeedsWithin(PATIENCE);
    writer.close();
  }

  private static void standbys(String names) {
    DATABASE.execute("ALTER SYSTEM SET synchronous_standby_names = " + names);
    DATABASE.execute("SELECT pg_reload_conf()");
  }

  /** Connections whose statements may take half a second. */
  private record Hurried(ConnectionFactory connections) implements ConnectionFactory {
    @Override
    public Publisher<? extends Connection> create() {
      return Mono.from(connections.create())
          .flatMap(
              connection ->
                  Mono.from(connection.createStatement("SET statement_timeout = '500ms'").execute())
                      .flatMap(result -> Mono.from(result.getRowsUpdated()))
                      .thenReturn(connection));
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
      return connections.getMetadata();
    }
  }
}
