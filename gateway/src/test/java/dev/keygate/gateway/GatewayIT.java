package dev.keygate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keygate.gateway.TestStore.Issued;
import dev.keygate.store.key.KeyFormat;
import dev.keygate.store.key.PlaintextKey;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.context.support.GenericApplicationContext;
import reactor.core.publisher.Flux;

final class GatewayIT {

  private static final String READ = "contacts:read";
  private static final TestFilter FILTER = new TestFilter();

  private static TestStore store;
  private static RecordingUpstream upstream;
  private static TestGateway gateway;
  private static Issued acme;
  private static Issued globex;

  @BeforeAll
  static void start() throws IOException {
    store = TestStore.start();
    store.organization("acme", null, false);
    store.organization("acme-eu", "acme", false);
    store.organization("acme-evil", null, false);
    store.organization("globex", null, List.of(READ), false);
    acme = store.key("acme", "contacts:*");
    globex = store.key("globex", "*");
    upstream = new RecordingUpstream();
    gateway =
        TestGateway.start(
            new SpringApplicationBuilder(GatewayApplication.class)
                .initializers(
                    context -> {
                      GenericApplicationContext beans = (GenericApplicationContext) context;
                      beans.registerBean("throwing", RouteLocator.class, GatewayIT::throwingRoute);
                      beans.registerBean("test", TestFilter.class, () -> FILTER);
                    }),
            store,
            upstream.uri(),
            "--keygate.endpoints.enabled=true",
            "--spring.cloud.gateway.server.webflux.globalcors.cors-configurations[/public/**]"
                + ".allowed-origins=http://a.example",
            "--closed=" + closedPort());
    await().untilAsserted(() -> assertThat(gateway.ready()).isTrue());
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
    upstream.close();
    store.close();
  }

  @BeforeEach
  void forget() {
    upstream.all();
  }

  @Test
  void forwardsWithIdentityWhenKeyIsValid() {
    HttpResponse<String> response =
        gateway.get("/v1/organizations/acme-eu/contacts?a=%20&b=[]", "X-API-Key", acme.value());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("ok");
    RecordingUpstream.Received received = upstream.only();
    assertThat(received.target()).isEqualTo("/v1/organizations/acme-eu/contacts?a=%20&b=[]");
    assertThat(received.header("X-API-Key")).isEmpty();
    assertThat(received.header("X-Keygate-Key-Id")).containsExactly(acme.keyId());
    assertThat(received.header("X-Keygate-Organization")).containsExactly("acme-eu");
    assertThat(received.header("X-Keygate-Key-Organization")).containsExactly("acme");
    assertThat(received.header("X-Keygate-Permissions")).containsExactly("contacts:*");
    assertThat(received.header("X-Keygate-Environment")).containsExactly("live");
    assertThat(received.header("X-Correlation-Id"))
        .isEqualTo(response.headers().allValues("X-Correlation-Id"));
  }

  @Test
  void forwardsBodyUnchangedWhenPosted() {
    String body = "{\"a\": 1}".repeat(10_000);

    HttpResponse<String> response =
        gateway.request("POST", "/v1/contacts", body, "X-API-Key", acme.value());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(upstream.only().body()).isEqualTo(body);
  }

  @Test
  void answersExactBodyWhenKeyIsMissing() {
    HttpResponse<String> response = gateway.get("/plain/x");

    assertThat(response.statusCode()).isEqualTo(401);
    String id = response.headers().firstValue("X-Correlation-Id").orElseThrow();
    assertThat(response.body())
        .isEqualTo(
            "{\"success\":false,\"error\":\"A valid API key is required in the X-API-Key header.\","
                + "\"code\":\"INVALID_API_KEY\",\"statusCode\":401,\"correlationId\":\""
                + id
                + "\"}\n");
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(response.headers().firstValue("WWW-Authenticate")).isPresent();
    assertThat(upstream.all()).isEmpty();
  }

  @Test
  void answersTheSameWhenKeyIsUnknownRevokedExpiredSuspendedOrOfAnotherEnvironment() {
    store.organization("asleep", "acme-evil", true);
    Issued expired = store.keyWith("acme", "live", Instant.now().minusSeconds(1), "*");
    Issued suspended = store.key("asleep", "*");
    Issued test = store.keyWith("acme", "test", null, "*");
    Issued revoked = store.key("acme", "*");
    store.revoke(revoked);
    PlaintextKey unknown = new KeyFormat("pc").mint("live", new SecureRandom());
    awaitAcknowledged();

    String expected = withoutId(gateway.get("/plain/x"));
    assertThat(List.of("pc_live_x", flipped(acme.value()), acme.keyId(), expired.value()))
        .allSatisfy(key -> assertThat(answer(key)).isEqualTo(expected));
    assertThat(List.of(suspended.value(), test.value(), "x".repeat(300)))
        .allSatisfy(key -> assertThat(answer(key)).isEqualTo(expected));
    assertThat(List.of(unknown.value(), revoked.value()))
        .allSatisfy(key -> assertThat(answer(key)).isEqualTo(expected));
    assertThat(upstream.all()).isEmpty();
  }

  @Test
  void refusesRevokedKeyAtOnceWhenAcknowledged() {
    Issued key = store.key("acme", "*");
    awaitAcknowledged();
    assertThat(gateway.get("/plain/x", "X-API-Key", key.value()).statusCode()).isEqualTo(200);

    store.revoke(key);
    awaitAcknowledged();

    assertThat(gateway.get("/plain/x", "X-API-Key", key.value()).statusCode()).isEqualTo(401);
  }

  @Test
  void withdrawsAnswerWhenKeyIsRevokedWhileUpstreamWorks() {
    Issued key = store.key("acme", "*");
    awaitAcknowledged();
    CompletableFuture<HttpResponse<String>> answer =
        CompletableFuture.supplyAsync(() -> gateway.get("/plain/slow", "X-API-Key", key.value()));
    await().until(() -> !upstream.all().isEmpty());

    store.revoke(key);
    awaitAcknowledged();
    upstream.release();

    assertThat(answer.join().statusCode()).isEqualTo(401);
    assertThat(answer.join().body()).contains("\"INVALID_API_KEY\"");
  }

  @Test
  void sendsNothingWhenKeyIsRevokedBeforeTheUpstreamIsAsked() {
    Issued key = store.key("acme", "*");
    awaitAcknowledged();
    double withdrawn = metric("keygate_decisions_withdrawn_total");
    CompletableFuture<HttpResponse<String>> answer =
        CompletableFuture.supplyAsync(() -> gateway.get("/plain/held", "X-API-Key", key.value()));
    await().until(FILTER::holds);

    store.revoke(key);
    awaitAcknowledged();
    FILTER.release();

    assertThat(answer.join().statusCode()).isEqualTo(401);
    assertThat(answer.join().body()).contains("\"INVALID_API_KEY\"");
    assertThat(metric("keygate_decisions_withdrawn_total")).isEqualTo(withdrawn + 1);
    assertThat(upstream.all()).isEmpty();
  }

  @Test
  void sendsNothingWhenAFilterChangesTheTarget() {
    double stopped = metric("keygate_outbound_stopped_total");

    HttpResponse<String> response = gateway.get("/plain/changed", "X-API-Key", acme.value());

    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).contains("\"INTERNAL_ERROR\"");
    assertThat(metric("keygate_outbound_stopped_total")).isEqualTo(stopped + 1);
    assertThat(upstream.all()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "DELETE"})
  void refusesBodyAtItsLimitWhenMethodHasItCollected(String method) {
    String tooLarge =
        gateway.untilFirstAnswer(
            method + " /public/x HTTP/1.1", "Host: test", "Content-Length: 65537");
    String endless = gateway.endless(method, "/public/x");

    assertThat(tooLarge).startsWith("HTTP/1.1 413");
    assertThat(endless).startsWith("HTTP/1.1 413");
    if (!method.equals("HEAD")) {
      assertThat(tooLarge).contains("\"INVALID_REQUEST\"", "\"statusCode\":413");
      assertThat(endless).contains("\"INVALID_REQUEST\"", "\"statusCode\":413");
    }
    assertThat(upstream.all()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "DELETE"})
  void forwardsSmallBodyUnchangedWhenMethodHasItCollected(String method) {
    String body = "b".repeat(65_536);

    assertThat(gateway.request(method, "/public/x", body).statusCode()).isEqualTo(200);
    assertThat(upstream.only().body()).isEqualTo(body);
    assertThat(
            gateway.raw(
                method + " /public/x HTTP/1.1",
                "Host: test",
                "Connection: close",
                "Transfer-Encoding: chunked",
                "",
                "3",
                "abc",
                "2",
                "de",
                "0"))
        .startsWith("HTTP/1.1 200");
    assertThat(upstream.only().body()).isEqualTo("abcde");
  }

  @Test
  void deniesOtherOrganizationsAlikeWhetherTheyExistOrNot() {
    HttpResponse<String> existing =
        gateway.get("/v1/organizations/globex/x", "X-API-Key", acme.value());
    HttpResponse<String> unknown =
        gateway.get("/v1/organizations/nobody/x", "X-API-Key", acme.value());

    assertThat(existing.statusCode()).isEqualTo(403);
    assertThat(existing.body()).contains("\"ORG_ACCESS_DENIED\"");
    assertThat(withoutId(existing)).isEqualTo(withoutId(unknown));
    assertThat(upstream.all()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/organizations/acme-evil/x",
        "/v1/organizations/acm/x",
        "/v1/contacts?organization_id=globex",
        "/v1/contacts?organizationId=globex",
        "/plain/x?organization_id=globex"
      })
  void deniesOtherOrganizationWhenNamedAnywhere(String target) {
    HttpResponse<String> response = gateway.get(target, "X-API-Key", acme.value());

    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.body()).contains("\"ORG_ACCESS_DENIED\"");
    assertThat(upstream.all()).isEmpty();
  }

  @Test
  void readsOrganizationFromHeaderAndQueryWhenTheyAgree() {
    HttpResponse<String> response =
        gateway.get(
            "/v1/contacts?organization_id=acme-eu",
            "X-API-Key",
            acme.value(),
            "X-Organization-Id",
            "acme-eu");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(upstream.only().header("X-Keygate-Organization")).containsExactly("acme-eu");
  }

  @Test
  void deniesPermissionWhenKeyOrCeilingLacksIt() {
    assertThat(gateway.get("/v1/reports/x", "X-API-Key", acme.value()).body())
        .contains("\"PERMISSION_DENIED\"");
    assertThat(gateway.get("/v1/reports/x", "X-API-Key", globex.value()).body())
        .contains("\"PERMISSION_DENIED\"");
    assertThat(gateway.get("/v1/contacts", "X-API-Key", globex.value()).statusCode())
        .isEqualTo(200);
    assertThat(upstream.only().header("X-Keygate-Permissions")).containsExactly(READ);
  }

  @Test
  void deniesMethodThatRouteDoesNotList() {
    HttpResponse<String> response =
        gateway.request("PATCH", "/v1/contacts", "", "X-API-Key", acme.value());

    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.body()).contains("\"PERMISSION_DENIED\"");
  }

  @Test
  void asksNobodyOnPublicRoute() {
    HttpResponse<String> response =
        gateway.get(
            "/public/x?organization_id=a&organization_id=b",
            "X-Keygate-Organization",
            "globex",
            "X-API-Key",
            acme.value());

    assertThat(response.statusCode()).isEqualTo(200);
    RecordingUpstream.Received received = upstream.only();
    assertThat(received.header("X-Keygate-Organization")).isEmpty();
    assertThat(received.header("X-API-Key")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/plain/x", "/labelled/x"})
  void dropsHeadersThatOnlyTheGatewayMaySend(String target) {
    String answer =
        gateway.raw(
            "GET " + target + " HTTP/1.1",
            "Host: test",
            "Connection: close",
            "X-API-Key: " + acme.value(),
            "X-Keygate-Organization: globex",
            "x_keygate_organization: globex",
            "X.Keygate.Key-Id: other",
            "X-Forwarded-For: 1.2.3.4",
            "Forwarded: for=1",
            "X-Real-IP: 1.2.3.4",
            "X-Original-URL: /",
            "X-HTTP-Method-Override: DELETE",
            "X_API_Key: another",
            "X-Kept: yes",
            "X-Kept: too");

    assertThat(answer).startsWith("HTTP/1.1 200");
    RecordingUpstream.Received received = upstream.only();
    assertThat(received.header("X-Keygate-Organization")).containsExactly("acme");
    assertThat(received.header("X-Keygate-Environment")).containsExactly("live");
    assertThat(received.header("X-Kept")).containsExactly("yes", "too");
    assertThat(received.headers().keySet())
        .noneMatch(
            name ->
                name.contains("_")
                    || name.contains(".")
                    || name.startsWith("x-forwarded")
                    || name.startsWith("x-original")
                    || name.equals("forwarded")
                    || name.equals("x-real-ip")
                    || name.equals("x-http-method-override")
                    || name.equals("x-api-key"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/organizations/acme/../globex/x",
        "/v1/organizations/acme/%2e%2e/globex/x",
        "/v1/organizations/acme/.%2e/globex/x",
        "/v1/organizations/acme/%252e%252e/globex",
        "/v1/organizations/acme%2fx/y",
        "/v1/organizations/acme/a%5cb",
        "/v1/organizations/acme\\x",
        "/v1/organizations/acme;x=1/y",
        "//v1/organizations/acme/x",
        "/v1/organizations//acme/x",
        "/./v1/organizations/acme/x",
        "/v1/organizations/%61cme/x",
        "/v1/%6frganizations/acme/x",
        "/v1/organizations/acme/%00",
        "/v1/organizations/acme/%c0%ae%c0%ae/globex",
        "/v1/organizations/acme/%zz",
        "/v1/organizations/acme/x#y",
        "/v1/organizations/acme/\u00fc",
        "v1/organizations/acme/x",
        "*",
        "http://test/v1/organizations/acme/x",
        "/v1/organizations/acme/x?organization_id=globex",
        "/v1/contacts?organization_id=acme&organization_id=globex",
        "/v1/contacts?organization_id=acme&organization_id=acme",
        "/v1/contacts?organization_id=acme&organizationId=globex",
        "/v1/contacts?organization_id=",
        "/v1/contacts?organization_id",
        "/v1/contacts?organization%5Fid=globex",
        "/v1/contacts?Organization_Id=globex",
        "/v1/contacts?organization-id=globex",
        "/v1/contacts?organization_id[]=globex",
        "/v1/contacts?a=b;organization_id=globex",
        "/v1/contacts?organization_id=%61cme"
      })
  void refusesWhenRequestIsNotCanonical(String target) {
    assertThat(gateway.rawStatus(target, acme.value())).isEqualTo(400);
    assertThat(upstream.all()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-API-Key: second",
        "Connection: close, X-Keygate-Organization",
        "X_Organization_Id: globex",
        "X-Organization-Id:"
      })
  void refusesWhenHeadersAreAmbiguous(String line) {
    assertThat(gateway.rawStatus("/v1/contacts", acme.value(), line)).isEqualTo(400);
    assertThat(upstream.all()).isEmpty();
  }

  @Test
  void refusesWithBodyWhenTargetIsNoUri() {
    assertThat(gateway.raw("GET /a|b HTTP/1.1", "Host: test", "Connection: close"))
        .startsWith("HTTP/1.1 400")
        .contains("\"INVALID_REQUEST\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/organizations/acme/",
        "/v1/organizations/acme",
        "/v1/organizations/acme/a%20b/%C3%A9%2B",
        "/v1/contacts?name=a%26b&x=%2e%2e/"
      })
  void forwardsByteForByteWhenCanonical(String target) {
    assertThat(gateway.rawStatus(target, acme.value())).isEqualTo(200);
    assertThat(upstream.only().target()).isEqualTo(target);
  }

  @Test
  void answersNotFoundWithKeyAndUnauthorizedWithoutWhenNoRouteMatches() {
    HttpResponse<String> withKey = gateway.get("/nowhere", "X-API-Key", acme.value());

    assertThat(withKey.statusCode()).isEqualTo(404);
    assertThat(withKey.body()).contains("\"NOT_FOUND\"");
    assertThat(gateway.get("/nowhere").statusCode()).isEqualTo(401);
    assertThat(gateway.get("/actuator/health").statusCode()).isEqualTo(401);
    assertThat(gateway.get("/actuator/health", "X-API-Key", acme.value()).statusCode())
        .isEqualTo(404);
  }

  @Test
  void refusesUnknownMethods() {
    assertThat(gateway.raw("TRACE /plain/x HTTP/1.1", "Host: test", "Connection: close"))
        .startsWith("HTTP/1.1 405")
        .contains("\"METHOD_NOT_ALLOWED\"");
  }

  @Test
  void refusesPreflightWithoutKeyWhenRouteDeclaresNoCors() {
    assertThat(
            gateway.raw(
                "OPTIONS /plain/x HTTP/1.1",
                "Host: test",
                "Connection: close",
                "Origin: http://a.example",
                "Access-Control-Request-Method: GET"))
        .startsWith("HTTP/1.1 401")
        .contains("\"INVALID_API_KEY\"");
  }

  @Test
  void answersWhenOriginIsMalformed() {
    assertThat(gateway.rawStatus("/plain/x", acme.value(), "Origin: http://[")).isEqualTo(200);
  }

  @Test
  void refusesMalformedOriginWhenCorsIsConfigured() {
    assertThat(gateway.rawStatus("/public/x", acme.value(), "Origin: http://test:x"))
        .isEqualTo(400);
    assertThat(gateway.rawStatus("/public/x", acme.value(), "Origin: http://test:{x}"))
        .isEqualTo(400);
    assertThat(gateway.rawStatus("/public/x", acme.value(), "Origin: http://a.example"))
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"X: none", "Host: a b", "Host: a@b", "Host:", "Host: a\r\nHost: a"})
  void refusesWhenHostIsMissingMalformedOrGivenTwice(String line) {
    assertThat(gateway.raw("GET /public/x HTTP/1.1", "Connection: close", line))
        .startsWith("HTTP/1.1 400")
        .contains("\"INVALID_REQUEST\"");
    assertThat(upstream.all()).isEmpty();
  }

  @Test
  void answersRefusalsOnOneConnectionWhenBodiesAreNotRead() {
    String body = "x".repeat(100_000);

    String answer =
        gateway.raw(
            "POST /plain/x HTTP/1.1",
            "Host: test",
            "Content-Length: " + body.length(),
            "",
            body + "HEAD /plain/x HTTP/1.1",
            "Host: test",
            "Connection: close");

    assertThat(answer).startsWith("HTTP/1.1 401").contains("\r\n\r\n{").doesNotEndWith("}");
    assertThat(answer.split("HTTP/1.1 401")).hasSize(3);
  }

  @Test
  void failsWhenPredicateThrowsInsteadOfOpeningTheNextRoute() {
    HttpResponse<String> response = gateway.get("/plain/throws", "X-API-Key", acme.value());

    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).contains("\"INTERNAL_ERROR\"").doesNotContain("on purpose");
    assertThat(upstream.all()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/refused/x", "/unknown-host/x", "/plain/reset"})
  void answersBadGatewayWhenUpstreamCannotBeReached(String target) {
    HttpResponse<String> response = gateway.get(target, "X-API-Key", acme.value());

    assertThat(response.statusCode()).isEqualTo(502);
    assertThat(response.body())
        .contains("\"UPSTREAM_ERROR\"")
        .doesNotContain("127.0.0.1", "host.invalid");
  }

  @Test
  void answersGatewayTimeoutWhenUpstreamIsTooSlow() {
    HttpResponse<String> response = gateway.get("/impatient/slow", "X-API-Key", acme.value());

    assertThat(response.statusCode()).isEqualTo(504);
    assertThat(response.body()).contains("\"UPSTREAM_TIMEOUT\"");
  }

  @Test
  void breaksOffWhenUpstreamFailsAfterItsHead() {
    String answer =
        gateway.raw("GET /plain/broken HTTP/1.1", "Host: test", "X-API-Key: " + acme.value());

    assertThat(answer).startsWith("HTTP/1.1 200").doesNotEndWith("0\r\n\r\n");
  }

  @Test
  void passesUpstreamErrorsUnchanged() {
    HttpResponse<String> response = gateway.get("/plain/error", "X-API-Key", acme.value());

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).isEqualTo("upstream's own");
    assertThat(response.headers().allValues("X-Correlation-Id"))
        .hasSize(1)
        .doesNotContain("of-the-upstream");
  }

  @Test
  void storesUsageExactlyWhateverTheAnswer() {
    Issued key = store.key("acme", READ);
    awaitAcknowledged();
    for (int i = 0; i < 20; i++) {
      gateway.get("/v1/contacts", "X-API-Key", key.value());
    }
    gateway.get("/v1/reports/x", "X-API-Key", key.value());
    gateway.get("/v1/organizations/globex/x", "X-API-Key", key.value());
    gateway.get("/nowhere", "X-API-Key", key.value());

    await().untilAsserted(() -> assertThat(store.usage(key)).isEqualTo(23));
    await().during(Duration.ofMillis(500)).until(() -> store.usage(key) == 23);
  }

  @Test
  void storesUsageOfAKnownKeyThatIsRefused() {
    store.organization("drowsy", "acme-evil", true);
    Issued suspended = store.key("drowsy", READ);
    awaitAcknowledged();

    assertThat(gateway.get("/plain/x", "X-API-Key", suspended.value()).statusCode()).isEqualTo(401);
    assertThat(gateway.get("/plain//x", "X-API-Key", suspended.value()).statusCode())
        .isEqualTo(400);

    await().untilAsserted(() -> assertThat(store.usage(suspended)).isEqualTo(2));
  }

  @Test
  void storesUsageOfTheOneKeyOfARequestWhoseHeadIsRefused() {
    Issued key = store.key("acme", READ);
    awaitAcknowledged();
    String[] refused = {
      "Host: test\nConnection: close, X-Secret\nX-API-Key: " + key.value(),
      "X-API-Key: " + key.value() + "\nHost: a/b\nConnection: close",
      "X-API-Key: " + key.value() + "\nHost: test\nHost: test\nConnection: close",
      "X-API-Key: " + key.value() + "\nConnection: close"
    };
    String twoKeys =
        "Host: test\nConnection: close\nX-API-Key: " + key.value() + "\nX-API-Key: " + key.value();

    for (String head : refused) {
      assertThat(gateway.raw(("GET /plain/x HTTP/1.1\n" + head).split("\n", -1)))
          .startsWith("HTTP/1.1 400");
    }
    assertThat(gateway.raw(("GET /plain/x HTTP/1.1\n" + twoKeys).split("\n", -1)))
        .startsWith("HTTP/1.1 400");

    await().untilAsserted(() -> assertThat(store.usage(key)).isEqualTo(refused.length));
    await().during(Duration.ofMillis(500)).until(() -> store.usage(key) == refused.length);
  }

  @Test
  void recordsWhoUsesARetiringVersionAndVouchesForWhatIsStored() {
    Issued old = store.key("acme", READ);
    Issued replacement = store.replace(old, "acme", READ);
    awaitAcknowledged();
    long before = store.number("SELECT extract(epoch FROM clock_timestamp()) * 1000");

    gateway.get("/v1/contacts", "X-API-Key", old.value(), "User-Agent", "old\tapp");
    gateway.get("/v1/contacts", "X-API-Key", replacement.value(), "User-Agent", "new app");

    await()
        .untilAsserted(
            () ->
                assertThat(
                        store.number(
                            "SELECT count(*) FROM straggler WHERE key_id = ? AND source = '127.0.0.1'"
                                + " AND user_agent = 'oldapp' AND route <> '' AND requests = 1",
                            old.keyId()))
                    .isEqualTo(1));
    assertThat(store.number("SELECT count(*) FROM straggler WHERE key_id = ?", replacement.keyId()))
        .isZero();
    await()
        .untilAsserted(
            () ->
                assertThat(
                        store.number(
                            "SELECT coalesce(min(extract(epoch FROM flushed_at)), 0) * 1000"
                                + " FROM gateway_ack"))
                    .isGreaterThan(before));
  }

  @Test
  void passesWebSocketsThrough() throws Exception {
    CompletableFuture<String> echoed = new CompletableFuture<>();
    WebSocket socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .header("X-API-Key", acme.value())
            .buildAsync(
                URI.create("ws://127.0.0.1:" + gateway.port() + "/plain/ws?a=%20&b=[]"),
                new WebSocket.Listener() {
                  @Override
                  public CompletionStage<?> onText(
                      WebSocket from, CharSequence data, boolean last) {
                    echoed.complete(data.toString());
                    return CompletableFuture.completedStage(data);
                  }
                })
            .get(20, TimeUnit.SECONDS);

    socket.sendText("hello", true).join();

    assertThat(echoed.get(20, TimeUnit.SECONDS)).isEqualTo("echo hello");
    RecordingUpstream.Received received = upstream.only();
    assertThat(received.target()).isEqualTo("/plain/ws?a=%20&b=[]");
    assertThat(received.header("X-Keygate-Organization")).containsExactly("acme");
    assertThat(received.header("X-API-Key")).isEmpty();
    socket.abort();
  }

  @Test
  void refusesWebSocketBeforeUpgradeWhenKeyIsMissing() {
    assertThatThrownBy(
            () ->
                HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(
                        URI.create("ws://127.0.0.1:" + gateway.port() + "/plain/ws"),
                        new WebSocket.Listener() {})
                    .get(20, TimeUnit.SECONDS))
        .rootCause()
        .hasMessageContaining("401");
    assertThat(upstream.all()).isEmpty();
  }

  @Test
  void listsTheSubtreeOfTheKey() {
    HttpResponse<String> response = gateway.get("/v1/organizations", "X-API-Key", acme.value());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .startsWith(
            "{\"success\":true,\"data\":[{\"id\":\"acme\",\"display_name\":\"The acme\","
                + "\"parent_org_name\":null,\"status\":\"active\",\"created_at\":\"")
        .contains(
            "{\"id\":\"acme-eu\",\"display_name\":\"The acme-eu\","
                + "\"parent_org_name\":\"The acme\",")
        .doesNotContain("globex", "evil");
  }

  @Test
  void showsTheHierarchyOfAnOrganizationInTheSubtree() {
    assertThat(gateway.get("/v1/hierarchy", "X-API-Key", acme.value()).body())
        .startsWith("{\"success\":true,\"data\":{\"id\":\"acme\",\"name\":\"The acme\",")
        .contains("\"parentId\":null", "\"childOrganizations\":[{\"id\":\"acme-eu\"");
    assertThat(
            gateway.get("/v1/hierarchy?organizationId=acme-eu", "X-API-Key", acme.value()).body())
        .startsWith("{\"success\":true,\"data\":{\"id\":\"acme-eu\"")
        .endsWith("\"childOrganizations\":[]}}");
    assertThat(gateway.get("/v1/hierarchy?organizationId=globex", "X-API-Key", acme.value()).body())
        .contains("\"ORG_ACCESS_DENIED\"");
    assertThat(gateway.request("POST", "/v1/hierarchy", "", "X-API-Key", acme.value()).statusCode())
        .isEqualTo(405);
    assertThat(upstream.all()).isEmpty();
  }

  @Test
  void showsMetricsOnTheManagementPort() {
    gateway.get("/plain/x");
    gateway.get("/refused/x", "X-API-Key", acme.value());

    assertThat(gateway.managed("/actuator/prometheus"))
        .startsWith("200")
        .contains(
            "keygate_decisions_total{decision=\"unauthenticated\",reason=\"missing_key\"}",
            "keygate_decisions_total{decision=\"forbidden\",reason=\"organization\"}",
            "keygate_upstream_failures_total{code=\"UPSTREAM_ERROR\"}",
            "keygate_keys ",
            "keygate_organizations ",
            "keygate_feed_lag ",
            "keygate_lease_remaining_seconds ");
  }

  private static void awaitAcknowledged() {
    await().until(() -> store.acknowledged() >= store.head());
  }

  private static double metric(String name) {
    return gateway
        .managed("/actuator/prometheus")
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .sum();
  }

  private static String answer(String key) {
    return withoutId(gateway.get("/plain/x", "X-API-Key", key));
  }

  private static String withoutId(HttpResponse<String> response) {
    String id = response.headers().firstValue("X-Correlation-Id").orElseThrow();
    return response.statusCode() + response.body().replace(id, "");
  }

  private static String flipped(String key) {
    char last = key.charAt(key.length() - 1);
    return key.substring(0, key.length() - 1) + (last == 'a' ? 'b' : 'a');
  }

  /** A port on which nobody listens. */
  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static RouteLocator throwingRoute() {
    Route route =
        Route.async()
            .id("throwing")
            .uri("http://127.0.0.1:1")
            .order(-1)
            .predicate(
                exchange -> {
                  if (exchange.getRequest().getPath().value().endsWith("/throws")) {
                    throw new IllegalStateException("on purpose");
                  }
                  return false;
                })
            .build();
    return () -> Flux.just(route);
  }
}
