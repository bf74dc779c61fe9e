package dev.keygate.store.connection;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keygate.store.TestDatabase;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

final class StoreCheckIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final TestDatabase DATABASE = TestDatabase.migrated();

  @Test
  void verifyCompletesWhenServerAndSchemaFit() {
    for (String role : new String[] {TestDatabase.OPERATOR, TestDatabase.GATEWAY}) {
      assertThatCode(() -> verify(DATABASE.as(role).unpooled("check"))).doesNotThrowAnyException();
    }
  }

  @Test
  void verifyCompletesWhenPoolHandsOutSessions() {
    var pool = DATABASE.as(TestDatabase.OPERATOR).pool("check", 3);

    assertThatCode(() -> verify(pool)).doesNotThrowAnyException();

    pool.disposeLater().block(PATIENCE);
  }

  @Test
  void verifyRefusesWhenSchemaIsMissing() {
    assertThatThrownBy(
            () -> verify(TestDatabase.empty().as(TestDatabase.OPERATOR).unpooled("check")))
        .isInstanceOf(UnfitStoreException.class)
        .hasMessageContaining("migrate");
  }

  /** The server of these tests runs with -F. */
  @Test
  void requireDurableRefusesWhenACrashCouldLoseCommits() {
    assertThatThrownBy(
            () ->
                StoreCheck.requireDurable(DATABASE.as(TestDatabase.OPERATOR).unpooled("check"))
                    .block(PATIENCE))
        .isInstanceOf(UnfitStoreException.class)
        .hasMessageContaining("expected fsync = on, found off");
  }

  @Test
  void verifyRefusesWhenSchemaIsNewerOrOlder() {
    TestDatabase database = TestDatabase.migrated();
    ConnectionFactory connections = database.as(TestDatabase.OPERATOR).unpooled("check");

    database.execute("UPDATE flyway_schema_history SET version = '99' WHERE version = '1'");
    assertThatThrownBy(() -> verify(connections))
        .isInstanceOf(UnfitStoreException.class)
        .hasMessageContaining("version 99");

    database.execute("UPDATE flyway_schema_history SET version = '0' WHERE version = '99'");
    assertThatThrownBy(() -> verify(connections))
        .isInstanceOf(UnfitStoreException.class)
        .hasMessageContaining("version 0");
  }

  @Test
  void verifyRefusesWhenRoleHasNoRights() {
    TestDatabase database = TestDatabase.migrated();
    database.execute("REVOKE ALL ON flyway_schema_history FROM keygate_gateway");

    assertThatThrownBy(() -> verify(database.as(TestDatabase.GATEWAY).unpooled("check")))
        .isInstanceOf(UnfitStoreException.class)
        .hasMessageContaining("no rights");
  }

  @Test
  void verifyRefusesWhenSessionsShareABackend() {
    Connection shared =
        Mono.<Connection>from(DATABASE.as(TestDatabase.OPERATOR).unpooled("check").create())
            .blockOptional(PATIENCE)
            .orElseThrow();

    assertThatThrownBy(() -> verify(new OneBackend(shared)))
        .isInstanceOf(UnfitStoreException.class)
        .hasMessageContaining("pooler in transaction mode");

    Mono.from(shared.close()).block(PATIENCE);
  }

  @Test
  void verifyIsUnavailableWhenNobodyListens() {
    StoreSettings settings = DATABASE.as(TestDatabase.OPERATOR);
    StoreSettings nowhere =
        new StoreSettings(
            "r2dbc:postgresql://127.0.0.1:1/keygate", settings.username(), settings.passwordFile());

    assertThatThrownBy(() -> verify(nowhere.unpooled("check")))
        .isInstanceOf(StoreUnavailableException.class);
  }

  private static void verify(ConnectionFactory connections) {
    StoreCheck.verify(connections).block(PATIENCE);
  }

  /** What a pooler in transaction mode with one idle backend looks like. */
  private record OneBackend(Connection shared) implements ConnectionFactory {
    @Override
    public Publisher<? extends Connection> create() {
      return Mono.just(
          (Connection)
              Proxy.newProxyInstance(
                  Connection.class.getClassLoader(),
                  new Class<?>[] {Connection.class},
                  (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                      return Mono.empty();
                    }
                    try {
                      return method.invoke(shared, arguments);
                    } catch (InvocationTargetException e) {
                      throw e.getCause();
                    }
                  }));
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
      return () -> "one backend";
    }
  }
}
