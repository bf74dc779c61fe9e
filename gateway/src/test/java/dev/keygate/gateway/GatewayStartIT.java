package dev.keygate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keygate.gateway.TestStore.Issued;
import dev.keygate.gateway.settings.SettingException;
import dev.keygate.gateway.store.GivingUp;
import dev.keygate.store.connection.UnfitStoreException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.support.GenericApplicationContext;
import reactor.core.scheduler.Scheduler;

/** How the gateway starts and stops, and what it does while the store is away. */
@ExtendWith(OutputCaptureExtension.class)
final class GatewayStartIT {

  private final RecordingUpstream upstream = new RecordingUpstream();
  private int port;

  @TempDir private Path directory = Path.of("replaced");

  @BeforeEach
  void choosePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
  }

  @AfterEach
  void closeUpstream() {
    upstream.close();
  }

  @Test
  void waitsForStoreAtStartAndServesOnWhenItComesBackLater() throws IOException {
    TestStore store = TestStore.start(postgres());
    store.organization("acme", null, false);
    Issued key = store.key("acme", "*");
    // Long enough for the requests between ready and the end of the store on a busy machine.
    store.lease(Duration.ofSeconds(5));
    store.close();

    try (TestGateway gateway = TestGateway.start(store, upstream.uri())) {
      assertThat(gateway.managed("/actuator/health/liveness")).startsWith("200");
      assertThat(gateway.ready()).isFalse();
      assertUnavailable(gateway, key);

      store.restart(postgres());
      await().atMost(Duration.ofSeconds(30)).until(gateway::ready);
      assertThat(gateway.get("/plain/x", "X-API-Key", key.value()).statusCode()).isEqualTo(200);

      store.close();
      assertThat(gateway.get("/plain/x", "X-API-Key", key.value()).statusCode()).isIn(200, 503);
      await().atMost(Duration.ofSeconds(30)).until(() -> !gateway.ready());
      assertThat(gateway.managed("/actuator/health/liveness")).startsWith("200");
      assertUnavailable(gateway, key);
      assertThat(gateway.get("/plain/x").statusCode()).isEqualTo(401);
      assertThat(gateway.get("/public/x").statusCode()).isEqualTo(200);

      store.restart(postgres());
      await().atMost(Duration.ofSeconds(30)).until(gateway::ready);
      assertThat(gateway.get("/plain/x", "X-API-Key", key.value()).statusCode()).isEqualTo(200);
    } finally {
      store.close();
    }
  }

  @Test
  void servesOnWithoutBeingReadyInThePartOfTheLeaseThatIsForThat() throws IOException {
    TestStore store = TestStore.start(postgres());
    store.organization("acme", null, false);
    Issued key = store.key("acme", "*");
    store.lease(Duration.ofSeconds(1), Duration.ofHours(1));

    try (TestGateway gateway = TestGateway.start(store, upstream.uri())) {
      await().atMost(Duration.ofSeconds(30)).until(gateway::ready);

      store.close();
      await().atMost(Duration.ofSeconds(30)).until(() -> !gateway.ready());
      assertThat(gateway.managed("/actuator/health/liveness")).startsWith("200");
      assertThat(gateway.get("/plain/x", "X-API-Key", key.value()).statusCode()).isEqualTo(200);

      store.restart(postgres());
      await().atMost(Duration.ofSeconds(30)).until(gateway::ready);
      assertThat(gateway.get("/plain/x", "X-API-Key", key.value()).statusCode()).isEqualTo(200);
    } finally {
      store.close();
    }
  }

  @Test
  void storesUsageAndDeregistersWhenStopped() throws IOException {
    try (TestStore store = TestStore.start(postgres())) {
      store.organization("acme", null, false);
      Issued key = store.key("acme", "*");
      TestGateway gateway =
          TestGateway.start(store, upstream.uri(), "--keygate.usage.flush-interval=1m");
      await().until(gateway::ready);
      assertThat(store.replicas()).isEqualTo(1);
      for (int i = 0; i < 7; i++) {
        gateway.get("/plain/x", "X-API-Key", key.value());
      }
      assertThat(store.usage(key)).isZero();

      gateway.close();

      assertThat(store.usage(key)).isEqualTo(7);
      assertThat(store.replicas()).isZero();
    }
  }

  @Test
  void staysRegisteredWhenItsLastCountsAreLostSoThatTheOperatorKnows() throws IOException {
    try (TestStore store = TestStore.start(postgres())) {
      store.organization("acme", null, false);
      Issued key = store.key("acme", "*");
      TestGateway gateway =
          TestGateway.start(store, upstream.uri(), "--keygate.usage.flush-interval=1m");
      await().until(gateway::ready);
      gateway.get("/plain/x", "X-API-Key", key.value());
      store.execute("REVOKE INSERT, UPDATE ON usage_cursor, usage_total FROM keygate_gateway");

      gateway.close();

      assertThat(store.usage(key)).isZero();
      assertThat(store.replicas()).isEqualTo(1);
    }
  }

  @Test
  void givesUpWithTheReasonWhenStoreMustNotBeUsed() throws IOException {
    List<Throwable> reasons = new CopyOnWriteArrayList<>();
    try (TestStore store = TestStore.unmigrated(postgres());
        TestGateway gateway =
            TestGateway.start(
                new SpringApplicationBuilder(GatewayApplication.class)
                    .initializers(
                        context ->
                            ((GenericApplicationContext) context)
                                .registerBean("unfit", GivingUp.class, () -> reasons::add)),
                store,
                upstream.uri())) {
      await().untilAsserted(() -> assertThat(reasons).hasSize(1));
      assertThat(reasons.getFirst())
          .isInstanceOf(UnfitStoreException.class)
          .hasMessageContaining("migrate");
      assertThat(gateway.ready()).isFalse();
    }
  }

  @Test
  void givesUpWhenItCanNeverServeAgain() throws IOException {
    List<Throwable> reasons = new CopyOnWriteArrayList<>();
    try (TestStore store = TestStore.start(postgres())) {
      // Renewals every ten seconds: none is under way when their scheduler goes, and with it what
      // it had taken up and not begun, untold.
      store.lease(Duration.ofMinutes(2));
      try (TestGateway gateway =
          TestGateway.start(
              new SpringApplicationBuilder(GatewayApplication.class)
                  .initializers(
                      context ->
                          ((GenericApplicationContext) context)
                              .registerBean("unfit", GivingUp.class, () -> reasons::add)),
              store,
              upstream.uri())) {
        await().until(gateway::ready);

        gateway.bean("leaseScheduler", Scheduler.class).dispose();
        store.organization("acme", null, false);

        await().untilAsserted(() -> assertThat(reasons).hasSize(1));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--keygate.store.url= | keygate.store.url",
        "--keygate.store.username= | keygate.store.username",
        "--keygate.store.password-file=/nowhere | keygate.store.password-file",
        "--keygate.feed.poll-interval=1h | keygate.feed.poll-interval",
        "--keygate.replica.name=LONG | keygate.replica.name",
        "--keygate.environments= | keygate.environments",
        "--keygate.keys.prefix=PC | keygate.keys.prefix",
        "--management.server.port= | management.server.port",
        "--route.metadata.keygate.publik=true | route \"wrong\": keygate.publik",
        "--route.metadata.keygate.permissions.GET=read | route \"wrong\": keygate.permissions.GET",
        "--route.metadata.keygate.organization.path=org | route \"wrong\": keygate.organization.path",
        "--route.filters[0]=StripPrefix=1 | route \"wrong\": filter StripPrefix",
        "--route.uri=lb://x | route \"wrong\": uri",
        "--route.predicates[0]=Nonsense=1 | spring.cloud.gateway.server.webflux.routes"
      })
  void refusesToStartAndNamesTheSettingWhenItIsWrong(String argument, String named)
      throws IOException {
    Files.writeString(directory.resolve("password"), "any");
    String prefix = "--spring.cloud.gateway.server.webflux.routes[0].";
    String[] arguments = {
      "--server.port=0",
      "--management.server.port=0",
      "--keygate.store.url=r2dbc:postgresql://127.0.0.1:9/none",
      "--keygate.store.username=any",
      "--keygate.store.password-file=" + directory.resolve("password"),
      prefix + "id=wrong",
      prefix + "uri=http://127.0.0.1:9999",
      prefix + "predicates[0]=Path=/a/**",
      argument.replace("--route.", prefix).replace("LONG", "x".repeat(254))
    };
    assertThatThrownBy(
            () ->
                new SpringApplicationBuilder(GatewayApplication.class)
                    .run(TestGateway.lastOfEach(arguments)))
        .extracting(GatewayStartIT::setting)
        .isInstanceOf(SettingException.class)
        .extracting(Throwable::getMessage, InstanceOfAssertFactories.STRING)
        .contains(named);
  }

  @ParameterizedTest
  @ValueSource(strings = {"qxj/zkw", "qxj@zkw", "qxj:zkw", "qxj%zkw", "qxj%2Fzkw"})
  void saysNothingOfAPasswordInTheUrlOfTheStore(String password, CapturedOutput output)
      throws IOException {
    String[] arguments = {
      "--server.port=0",
      "--management.server.port=0",
      "--keygate.store.url=r2dbc:postgresql://role:" + password + "@127.0.0.1:9/none",
      "--keygate.store.username=any",
      "--keygate.store.password-file=" + Files.writeString(directory.resolve("password"), "any")
    };

    assertThatThrownBy(() -> new SpringApplicationBuilder(GatewayApplication.class).run(arguments))
        .hasStackTraceContaining("keygate.store.url must be");

    assertThat(output.getAll()).contains("keygate.store.url must be").doesNotContain("qxj", "zkw");
  }

  /** What Spring wrapped. */
  private static Throwable setting(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof SettingException || cause == null ? failure : setting(cause);
  }

  private static void assertUnavailable(TestGateway gateway, Issued key) {
    HttpResponse<String> response = gateway.get("/plain/x", "X-API-Key", key.value());
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).contains("\"SERVICE_UNAVAILABLE\"");
    assertThat(response.headers().firstValue("Retry-After")).isPresent();
  }

  private EmbeddedPostgres.Builder postgres() {
    return EmbeddedPostgres.builder()
        .setPort(port)
        .setDataDirectory(directory.resolve("data"))
        .setCleanDataDirectory(false);
  }
}
