package dev.keygate.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keygate.local.process.CommandFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of keys when resources change or go, as those see it who change and who call. */
@ExtendWith(StackExtension.class)
class LifecycleE2E {

  private static final String NAMESPACE = "lifecycle";
  private static final String REFUSED = "401 INVALID_API_KEY";
  private static final String OUTSIDE = "403 ORG_ACCESS_DENIED";

  private static Platform platform;

  @BeforeAll
  static void prepare(Platform shared) {
    platform = shared;
    platform.namespace(NAMESPACE, NAMESPACE);
  }

  @Test
  void deletedApiKeyTakesItsKeyAndItsSecretAlong() {
    root("lc-delete");
    String key = issue("deleted", "lc-delete");
    assertEverywhere("GET", "lc-delete", key, "200");

    delete("apikey/deleted");

    assertEverywhere("GET", "lc-delete", key, REFUSED);
    assertGone("apikey", "deleted");
    assertGone("secret", "deleted");
  }

  @Test
  void deletedApiKeySaysForWhomItsEndWaits() {
    // Given
    root("lc-slow-end");
    String key = issue("slow-end", "lc-slow-end");
    StoreProbe store = new StoreProbe(platform.stack());
    try (var _ = store.silentGateway("silent")) {

      // When
      platform.kubectl("delete", "apikey/slow-end", "--namespace=" + NAMESPACE, "--wait=false");

      // Then
      platform.awaitCondition("apikey", "slow-end", NAMESPACE, "Ready", "False Deleted");
      platform.awaitCondition(
          "apikey", "slow-end", NAMESPACE, "Programmed", "False AwaitingReplicas");
      assertThat(
              platform.kubectl(
                  "get",
                  "apikey/slow-end",
                  "--namespace=" + NAMESPACE,
                  "--output=jsonpath={.status.revocation.waitingFor} {.status.revocation.finalAt}"))
          .isEqualTo("[\"silent\"] ");
      assertEverywhere("GET", "lc-slow-end", key, REFUSED);
      assertThat(platform.key(NAMESPACE, "slow-end")).as("until it is final").isEqualTo(key);
    }
    platform.kubectl(
        "wait", "apikey/slow-end", "--namespace=" + NAMESPACE, "--for=delete", "--timeout=90s");
    await().atMost(Platform.PATIENCE).untilAsserted(() -> assertGone("secret", "slow-end"));
  }

  @Test
  void organizationMadeAgainUnderAnotherIdEndsTheKeysOfTheFormerOne() {
    // Given: somebody takes the finalizer away, so the store still has the former one.
    root("lc-again");
    String key = issue("of-former", "lc-again");
    platform.kubectl("delete", "organization", "lc-again", "--wait=false");
    platform.kubectl(
        "patch",
        "organization",
        "lc-again",
        "--type=merge",
        "--patch={\"metadata\":{\"finalizers\":[]}}");
    platform.kubectl("wait", "organization/lc-again", "--for=delete", "--timeout=90s");

    // When
    platform.apply(
        """
        apiVersion: keygate.dev/v1alpha1
        kind: Organization
        metadata:
          name: lc-again
        spec:
          id: lc-another
          allowedNamespaces:
            from: All
        """);

    // Then
    platform.awaitCondition("organization", "lc-again", "", "Accepted", "False Invalid");
    platform.awaitCondition(
        "apikey", "of-former", NAMESPACE, "Accepted", "False OrganizationNotAccepted");
    assertThat(platform.message("apikey", "of-former", NAMESPACE, "Accepted"))
        .contains("created anew with id lc-another");
    awaitEverywhere("lc-again", key, REFUSED);
    delete("apikey/of-former");
    platform.awaitCondition("organization", "lc-again", "", "Accepted", "True Accepted");
  }

  @Test
  void organizationWaitsForChildAndKeyAndGoesAfterThem() {
    // Given
    root("lc-parent");
    child("lc-child", "lc-parent");
    String key = issue("dependent", "lc-parent");
    awaitProgrammed("lc-child");

    // When
    platform.kubectl("delete", "organization", "lc-parent", "--wait=false");

    // Then
    platform.awaitCondition("organization", "lc-parent", "", "Ready", "False DeletionBlocked");
    await()
        .atMost(Platform.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(platform.message("organization", "lc-parent", "", "Ready"))
                    .contains("lc-child")
                    .contains("dependent")
                    .contains("delete as well", "set its spec.suspended to true"));
    assertEverywhere("GET", "lc-parent", key, "200");
    awaitEvent("default", "lc-parent", "DeletionBlocked", "{.items[*].type}", "Warning");

    patchOrganization("lc-parent", "{\"suspended\":true}");
    assertEverywhere("GET", "lc-parent", key, REFUSED);
    assertThat(platform.message("organization", "lc-parent", "", "Ready"))
        .contains("its keys are refused");

    delete("apikey/dependent");
    await()
        .atMost(Platform.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(platform.message("organization", "lc-parent", "", "Ready"))
                    .contains("lc-child")
                    .doesNotContain("dependent"));
    platform.kubectl("delete", "organization", "lc-child", "--timeout=90s");
    platform.kubectl("wait", "organization/lc-parent", "--for=delete", "--timeout=90s");
    assertEverywhere("GET", "lc-parent", key, REFUSED);
  }

  @Test
  void wholeTreeIsGoneWhenAllOfItIsDeletedAtOnce() throws IOException {
    // Given: parents first and keys last, as a person would write them down.
    root("lc-tree");
    child("lc-branch", "lc-tree");
    child("lc-twig", "lc-branch");
    String ofRoot = issue("of-tree", "lc-tree");
    String ofTwig = issue("of-twig", "lc-twig");
    Path manifest = Files.createTempFile(platform.stack().directory(), "tree-", ".yaml");
    Files.writeString(
        manifest,
        Stream.of("lc-tree", "lc-branch", "lc-twig")
                .map(
                    name ->
                        "---\napiVersion: keygate.dev/v1alpha1\nkind: Organization\n"
                            + "metadata:\n  name: "
                            + name
                            + "\n")
                .collect(Collectors.joining())
            + Platform.keyManifest(NAMESPACE, "of-tree", "lc-tree")
            + Platform.keyManifest(NAMESPACE, "of-twig", "lc-twig"));

    // When
    platform.kubectl("delete", "--filename=" + manifest, "--timeout=90s");

    // Then
    assertGone("organization", "lc-tree");
    assertGone("apikey", "of-twig");
    assertEverywhere("GET", "lc-tree", ofRoot, REFUSED);
    assertEverywhere("GET", "lc-twig", ofTwig, REFUSED);
    Files.delete(manifest);
  }

  @Test
  void suspensionRefusesKeysBelowAndLiftingItAcceptsThemAgain() {
    root("lc-suspended");
    child("lc-below", "lc-suspended");
    String key = issue("suspended", "lc-below");
    assertEverywhere("GET", "lc-below", key, "200");

    patchOrganization("lc-suspended", "{\"suspended\":true}");

    assertEverywhere("GET", "lc-below", key, REFUSED);
    platform.awaitCondition(
        "organization", "lc-suspended", "", "Ready", "False OrganizationSuspended");
    platform.awaitCondition(
        "apikey", "suspended", NAMESPACE, "Ready", "False OrganizationSuspended");
    assertThat(platform.message("apikey", "suspended", NAMESPACE, "Ready"))
        .contains("lc-suspended");

    patchOrganization("lc-suspended", "{\"suspended\":false}");

    assertEverywhere("GET", "lc-below", key, "200");
    platform.awaitCondition("apikey", "suspended", NAMESPACE, "Ready", "True Ready");
    assertThat(platform.key(NAMESPACE, "suspended")).isEqualTo(key);
  }

  @Test
  void movedSubtreeLeavesTheOldParentAndJoinsTheNewOneAsAWhole() {
    // Given
    root("lc-old");
    root("lc-new");
    child("lc-moved", "lc-old");
    child("lc-leaf", "lc-moved");
    String ofOld = issue("of-old", "lc-old");
    String ofNew = issue("of-new", "lc-new");
    String ofLeaf = issue("of-leaf", "lc-leaf");
    assertEverywhere("GET", "lc-leaf", ofOld, "200");
    assertEverywhere("GET", "lc-leaf", ofNew, OUTSIDE);

    // When
    patchOrganization("lc-moved", "{\"parentRef\":{\"name\":\"lc-new\"}}");

    // Then
    for (String organization : new String[] {"lc-moved", "lc-leaf"}) {
      assertEverywhere("GET", organization, ofOld, OUTSIDE);
      assertEverywhere("GET", organization, ofNew, "200");
    }
    assertEverywhere("GET", "lc-leaf", ofLeaf, "200");
    await()
        .atMost(Platform.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        platform.kubectl(
                            "get", "organization", "lc-leaf", "--output=jsonpath={.status.path}"))
                    .isEqualTo("[\"lc-new\",\"lc-moved\",\"lc-leaf\"]"));
  }

  @Test
  void expiredKeyIsRefusedUntilItsTimeIsPutOff() {
    root("lc-expiry");
    String key = issue("expiring", "lc-expiry");
    assertEverywhere("GET", "lc-expiry", key, "200");

    patchKey("expiring", "{\"expiresAt\":\"%s\"}".formatted(inSeconds(3)));

    awaitEverywhere("lc-expiry", key, REFUSED);
    platform.awaitCondition("apikey", "expiring", NAMESPACE, "Ready", "False Expired");

    patchKey("expiring", "{\"expiresAt\":\"%s\"}".formatted(inSeconds(3600)));

    platform.awaitCondition("apikey", "expiring", NAMESPACE, "Ready", "True Ready");
    awaitEverywhere("lc-expiry", key, "200");
  }

  @Test
  void ceilingLimitsWhatAKeyMayDoFromTheMomentItIsAcknowledged() {
    root("lc-ceiling");
    String key = issue("limited", "lc-ceiling");
    patchKey("limited", "{\"permissions\":[\"contacts:read\",\"contacts:write\"]}");
    awaitPermissions("[\"contacts:read\",\"contacts:write\"]");
    await()
        .atMost(Platform.PATIENCE)
        .untilAsserted(() -> assertEverywhere("POST", "lc-ceiling", key, "200"));

    patchOrganization("lc-ceiling", "{\"permissions\":[\"contacts:read\",\"reports:read\"]}");

    assertEverywhere("POST", "lc-ceiling", key, "403 PERMISSION_DENIED");
    assertEverywhere("GET", "lc-ceiling", key, "200");
    awaitPermissions("[\"contacts:read\"]");

    patchOrganization("lc-ceiling", "{\"permissions\":[\"contacts:*\"]}");

    assertEverywhere("POST", "lc-ceiling", key, "200");
    awaitPermissions("[\"contacts:read\",\"contacts:write\"]");
  }

  @Test
  void deletedSecretComesBackWithAnotherKeyAndTheOldOneIsDead() {
    root("lc-lost");
    String old = issue("lost", "lc-lost");

    platform.kubectl("delete", "secret", "lost", "--namespace=" + NAMESPACE);

    String next = awaitAnotherKey("lost", old);
    awaitEverywhere("lc-lost", next, "200");
    awaitEverywhere("lc-lost", old, REFUSED);
    platform.awaitCondition("apikey", "lost", NAMESPACE, "Ready", "True Ready");
  }

  @Test
  void revocationTakenBackIssuesAnotherKeyAndTheOldOneStaysDead() {
    root("lc-revoked");
    String old = issue("revoked", "lc-revoked");

    patchKey("revoked", "{\"revoked\":true}");
    platform.kubectl(
        "wait",
        "apikey/revoked",
        "--namespace=" + NAMESPACE,
        "--for=jsonpath={.status.revocation.finalAt}",
        "--timeout=90s");
    assertEverywhere("GET", "lc-revoked", old, REFUSED);
    platform.awaitCondition("apikey", "revoked", NAMESPACE, "Ready", "False Revoked");
    await().atMost(Platform.PATIENCE).untilAsserted(() -> assertGone("secret", "revoked"));

    patchKey("revoked", "{\"revoked\":false}");

    String next = awaitAnotherKey("revoked", old);
    platform.awaitCondition("apikey", "revoked", NAMESPACE, "Ready", "True Ready");
    assertEverywhere("GET", "lc-revoked", next, "200");
    assertEverywhere("GET", "lc-revoked", old, REFUSED);
    awaitEvent(NAMESPACE, "revoked", "Ready", "{.items[*].series.count}", "[2-9]");
  }

  @Test
  void withdrawnGrantRevokesForGoodAndANewOneIssuesAnotherKey() {
    root("lc-grant");
    String old = issue("granted", "lc-grant");

    platform.organization("lc-grant", "somebody-else");

    awaitEverywhere("lc-grant", old, REFUSED);
    platform.awaitCondition(
        "apikey", "granted", NAMESPACE, "Accepted", "False OrganizationNotAccepted");
    platform.awaitCondition("apikey", "granted", NAMESPACE, "Ready", "False NotAccepted");
    await().atMost(Platform.PATIENCE).untilAsserted(() -> assertGone("secret", "granted"));

    platform.organization("lc-grant", NAMESPACE);

    String next = awaitAnotherKey("granted", old);
    platform.awaitCondition("apikey", "granted", NAMESPACE, "Ready", "True Ready");
    assertEverywhere("GET", "lc-grant", next, "200");
    assertEverywhere("GET", "lc-grant", old, REFUSED);
  }

  private static void root(String name) {
    platform.organization(name, NAMESPACE);
  }

  private static void child(String name, String parent) {
    platform.apply(
        """
        apiVersion: keygate.dev/v1alpha1
        kind: Organization
        metadata:
          name: %s
        spec:
          parentRef:
            name: %s
        """
            .formatted(name, parent));
  }

  /** A new key, which every gateway has acknowledged. */
  private static String issue(String name, String organization) {
    platform.apply(Platform.keyManifest(NAMESPACE, name, organization));
    platform.awaitReady(NAMESPACE, name);
    return platform.key(NAMESPACE, name);
  }

  /** Returns once every gateway has acknowledged it. */
  private static void patchOrganization(String name, String spec) {
    platform.kubectl(
        "patch", "organization", name, "--type=merge", "--patch={\"spec\":" + spec + "}");
    awaitProgrammed(name);
  }

  private static void patchKey(String name, String spec) {
    platform.kubectl(
        "patch",
        "apikey",
        name,
        "--namespace=" + NAMESPACE,
        "--type=merge",
        "--patch={\"spec\":" + spec + "}");
  }

  private static void delete(String resource) {
    platform.kubectl("delete", resource, "--namespace=" + NAMESPACE, "--timeout=90s");
  }

  /** Programmed is True and speaks of the generation that is there now. */
  private static void awaitProgrammed(String organization) {
    String path =
        "jsonpath={.metadata.generation} {range .status.conditions[?(@.type==\"Programmed\")]}"
            + "{.observedGeneration} {.status}{end}";
    await("organization " + organization + " programmed")
        .atMost(Platform.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        platform.kubectl("get", "organization", organization, "--output=" + path))
                    .matches("([0-9]+) \\1 True"));
  }

  private static void awaitEvent(
      String namespace, String name, String reason, String path, String expected) {
    await("Event " + reason + " of " + name)
        .atMost(Platform.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        platform.kubectl(
                            "get",
                            "events",
                            "--namespace=" + namespace,
                            "--field-selector=involvedObject.name=" + name + ",reason=" + reason,
                            "--output=jsonpath=" + path))
                    .matches(expected));
  }

  private static void awaitPermissions(String expected) {
    await()
        .atMost(Platform.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        platform.kubectl(
                            "get",
                            "apikey",
                            "limited",
                            "--namespace=" + NAMESPACE,
                            "--output=jsonpath={.status.effectivePermissions}"))
                    .isEqualTo(expected));
  }

  private static String awaitAnotherKey(String secret, String old) {
    return await("another key in Secret " + secret)
        .atMost(Platform.PATIENCE)
        .ignoreException(CommandFailedException.class)
        .until(() -> platform.key(NAMESPACE, secret), key -> !key.equals(old));
  }

  private static void awaitEverywhere(String organization, String key, String expected) {
    await()
        .atMost(Platform.PATIENCE)
        .untilAsserted(() -> assertEverywhere("GET", organization, key, expected));
  }

  /** Right now, without waiting. */
  private static void assertEverywhere(
      String method, String organization, String key, String expected) {
    assertThat(platform.gateways())
        .allSatisfy(
            gateway ->
                assertThat(
                        platform
                            .send(method, gateway, "/v1/organizations/" + organization + "/x", key)
                            .summary())
                    .isEqualTo(expected));
  }

  private static void assertGone(String kind, String name) {
    assertThat(platform.kubectlRefuses("get", kind, name, "--namespace=" + NAMESPACE))
        .contains("NotFound");
  }

  private static String inSeconds(int seconds) {
    return Instant.now().plusSeconds(seconds).truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
