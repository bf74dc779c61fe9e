package dev.keygate.store.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keygate.store.CuttingProxy;
import dev.keygate.store.TestDatabase;
import dev.keygate.store.feed.Change;
import dev.keygate.store.feed.FeedFollower;
import dev.keygate.store.feed.FeedKey;
import dev.keygate.store.feed.FeedOrganization;
import dev.keygate.store.feed.FeedPosition;
import dev.keygate.store.feed.FeedReader;
import dev.keygate.store.lease.Replicas;
import io.r2dbc.pool.ConnectionPool;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** The server's host vanished: nothing is answered, and nothing is closed. */
final class SilentServerIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int SIZE = 2;
  private static final TestDatabase DATABASE = TestDatabase.migrated();

  private final CuttingProxy proxy = new CuttingProxy(port());
  private final ConnectionPool pool = pool();

  SilentServerIT() throws IOException {}

  @AfterEach
  void close() throws IOException {
    pool.disposeLater().onErrorComplete().block(PATIENCE);
    proxy.close();
  }

  @Test
  void allAnswersAgainWhenEveryIdleConnectionIsDead() {
    fillPool();
    proxy.silencePresentConnections();

    assertAnswersAgain();
  }

  @Test
  void withDropsTheConnectionWhenItsStatementGotNoAnswer() {
    fillPool();

    Flux.range(0, SIZE)
        .flatMapDelayError(
            i ->
                Session.with(pool, session -> session.run("SELECT pg_sleep(3600)"))
                    .timeout(Duration.ofSeconds(1))
                    .onErrorComplete(),
            SIZE,
            1)
        .then()
        .block(PATIENCE);

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(pool.getMetrics().orElseThrow().allocatedSize()).isZero());
    assertAnswersAgain();
  }

  @Test
  void feedReaderGivesUpASilentConnectionAndDoesItsWorkOnANewOne() {
    StoreSettings gateway = through(TestDatabase.GATEWAY);
    FeedReader reader = new FeedReader(gateway.unpooled("silent-feed"), Duration.ofMillis(50));
    Disposable following = reader.follow(new Deaf()).subscribe();
    try {
      reader.with(session -> session.run("SELECT 1")).block(PATIENCE);
      proxy.silencePresentConnections();

      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(() -> reader.with(session -> session.update("SELECT 1")).block(PATIENCE) != null);
    } finally {
      following.dispose();
    }
  }

  private void assertAnswersAgain() {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(new Replicas(pool).all().map(r -> r.replicas()).block(PATIENCE))
                    .isEqualTo(List.of()));
  }

  private void fillPool() {
    Flux.range(0, SIZE)
        .flatMap(i -> Session.with(pool, session -> session.run("SELECT pg_sleep(0.3)")))
        .then()
        .block(PATIENCE);
    assertThat(pool.getMetrics().orElseThrow().idleSize()).isEqualTo(SIZE);
  }

  private ConnectionPool pool() {
    return through(TestDatabase.OPERATOR).pool("silent-test", SIZE);
  }

  private StoreSettings through(String role) {
    StoreSettings direct = DATABASE.as(role);
    return new StoreSettings(
        direct.url().replace(":" + port() + "/", ":" + proxy.port() + "/"),
        role,
        direct.passwordFile());
  }

  /** Holds nothing. */
  private record Deaf() implements FeedFollower {
    @Override
    public Loader load() {
      return new Loader() {
        @Override
        public void organization(FeedOrganization organization) {}

        @Override
        public void key(FeedKey key) {}

        @Override
        public void commit(FeedPosition at) {}
      };
    }

    @Override
    public void apply(FeedPosition to, List<Change> changes) {}
  }

  private static int port() {
    return Integer.parseInt(DATABASE.query("SHOW port").getFirst());
  }
}
