package dev.keygate.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The numbered examples, in their order, and what their comments promise. */
@ExtendWith(StackExtension.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ExamplesE2E {

  private static final String OWN = "/v1/organizations/acme/hello";

  private static Platform platform;

  @BeforeAll
  static void applyExamples(Platform shared) {
    platform = shared;
    platform.apply(Checkout.example("01-organizations.yaml"));
    platform.apply(Checkout.example("02-first-key.yaml"));
    platform.apply(Checkout.example("03-scoped-permissions.yaml"));
    platform.awaitReady("demo", "first-key");
    platform.awaitReady("demo", "eu-reader");
  }

  @Test
  @Order(1)
  void getShowsOrganizationsAndKeys() {
    assertThat(platform.kubectl("get", "orgs,apikeys", "--all-namespaces"))
        .containsPattern("organization.keygate.dev/acme-eu-sales +")
        .containsPattern("apikey.keygate.dev/first-key +acme +live +True +Ready");
  }

  @Test
  @Order(1)
  void secretFollowsTheServiceBindingSpecification() {
    assertThat(
            platform.kubectl(
                "get",
                "secret",
                "first-key",
                "--namespace=demo",
                "--output=jsonpath={.type} {.data.type} {.data.header}"))
        // base64 of "keygate" and "X-API-Key"
        .isEqualTo("servicebinding.io/keygate a2V5Z2F0ZQ== WC1BUEktS2V5");
    assertThat(platform.key("demo", "first-key")).matches("pc_live_[0-9A-Za-z]{38}");
    assertThat(
            platform.kubectl(
                "get",
                "apikey",
                "eu-reader",
                "--namespace=demo",
                "--output=jsonpath={.status.binding.name}"))
        .isEqualTo("eu-reader-credentials");
  }

  @ParameterizedTest(name = "{0} {1} with the key in {2}: {3}")
  @Order(2)
  @CsvSource({
    "GET, /v1/organizations/acme/hello, first-key, 200",
    "POST, /v1/organizations/acme/hello, first-key, 200",
    "GET, /v1/organizations/acme-eu-sales/hello, first-key, 200",
    "GET, /v1/contacts/7?organization_id=acme-eu, first-key, 200",
    "GET, /plain/x, first-key, 200",
    "GET, /public/x, '', 200",
    "GET, /v1/organizations, first-key, 200",
    "GET, /v1/organizations/acme/hello, '', 401 INVALID_API_KEY",
    "GET, /nothing/there, '', 401 INVALID_API_KEY",
    "GET, /nothing/there, first-key, 404 NOT_FOUND",
    "GET, /v1/organizations/globex/hello, first-key, 403 ORG_ACCESS_DENIED",
    "GET, /v1/organizations/unheard-of/hello, first-key, 403 ORG_ACCESS_DENIED",
    "GET, /v1/contacts/7?organization_id=globex, first-key, 403 ORG_ACCESS_DENIED",
    "GET, /v1/reports/2026, first-key, 403 PERMISSION_DENIED",
    "GET, /v1/organizations/acme-eu-sales/hello, eu-reader-credentials, 200",
    "POST, /v1/organizations/acme-eu-sales/hello, eu-reader-credentials, 403 PERMISSION_DENIED",
    "GET, /v1/organizations/acme/hello, eu-reader-credentials, 403 ORG_ACCESS_DENIED",
    "GET, /v1/reports/2026, eu-reader-credentials, 403 PERMISSION_DENIED",
  })
  void everyGatewayDecides(String method, String path, String secret, String expected) {
    String key = secret.isEmpty() ? "" : platform.key("demo", secret);

    assertThat(platform.gateways())
        .allSatisfy(
            gateway ->
                assertThat(platform.send(method, gateway, path, key).summary())
                    .isEqualTo(expected));
  }

  @Test
  @Order(2)
  void upstreamSeesTheIdentityAndNotTheKey() {
    String key = platform.key("demo", "first-key");

    String seen = platform.get("/v1/organizations/acme-eu/hello", key).body();

    assertThat(seen)
        .contains("\"x-keygate-organization\": [\"acme-eu\"]")
        .contains("\"x-keygate-key-organization\": [\"acme\"]")
        .doesNotContain(key)
        .doesNotContainIgnoringCase("x-api-key");
  }

  @Test
  @Order(3)
  void usageComesIntoStatus() {
    String key = platform.key("demo", "first-key");
    assertThat(platform.get(OWN, key).status()).isEqualTo(200);

    await()
        .atMost(Platform.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        platform.kubectl(
                            "get",
                            "apikey",
                            "first-key",
                            "--namespace=demo",
                            "--output=jsonpath={.status.usage.requests} {.status.usage.lastUsedAt}"))
                    .matches("[1-9][0-9]* 20[0-9-]+T[0-9:.]+Z"));
  }

  @Test
  @Order(4)
  void applicationManifestIsAccepted() {
    platform.apply(Checkout.example("04-app-mounting-the-secret.yaml"));

    await()
        .atMost(Platform.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        platform.kubectl(
                            "get",
                            "pods",
                            "--namespace=demo",
                            "--selector=app.kubernetes.io/name=crm-sync",
                            "--output=name"))
                    .startsWith("pod/crm-sync-"));
  }

  @Test
  @Order(4)
  void suspendedTenantIsRefusedAndComesBackWithTheSameKey() throws Exception {
    String key = platform.key("demo", "first-key");

    new Walkthrough(
            Checkout.example("07-suspend-tenant.md"), platform.stack().directory().resolve("env"))
        .follow();

    assertThat(platform.key("demo", "first-key")).isEqualTo(key);
    assertThat(
            platform.kubectl(
                "get",
                "organization",
                "acme",
                "--output=jsonpath={.status.revocation.acknowledged}"))
        .isEqualTo("2");
  }

  @Test
  @Order(5)
  void revokedKeyIsRefusedEverywhereAndForGood() throws Exception {
    String key = platform.key("demo", "first-key");

    new Walkthrough(Checkout.example("05-revoke.md"), platform.stack().directory().resolve("env"))
        .follow();

    assertThat(platform.gateways())
        .allSatisfy(
            gateway ->
                assertThat(platform.get(gateway, OWN, key).summary())
                    .isEqualTo("401 INVALID_API_KEY"));
    String next = platform.key("demo", "first-key");
    assertThat(next).isNotEqualTo(key);
    assertThat(platform.get(OWN, next).status()).isEqualTo(200);
  }
}
