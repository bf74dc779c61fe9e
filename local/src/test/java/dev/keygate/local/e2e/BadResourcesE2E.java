package dev.keygate.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Resources that the API server can't refuse: a condition with a reason, and all others go on. */
@ExtendWith(StackExtension.class)
class BadResourcesE2E {

  private static final String NAMESPACE = "bad-resources";

  private static Platform platform;

  @BeforeAll
  static void prepare(Platform shared) {
    platform = shared;
    platform.namespace(NAMESPACE, "bad");
    platform.organization("bad-root", "bad");
  }

  @Test
  void keyWaitsWhenItsOrganizationDoesNotExistAndIsIssuedOnceItDoes() {
    platform.apply(Platform.keyManifest(NAMESPACE, "early", "bad-late"));
    platform.awaitCondition("apikey", "early", NAMESPACE, "Accepted", "False OrganizationNotFound");
    assertThat(platform.message("apikey", "early", NAMESPACE, "Accepted")).contains("bad-late");
    assertNothingMinted("early");

    platform.organization("bad-late", "bad");

    platform.awaitReady(NAMESPACE, "early");
  }

  @Test
  void keyIsNotAcceptedWhenItsNamespaceIsNotGranted() {
    platform.organization("bad-other", "somebody-else");
    platform.apply(Platform.keyManifest(NAMESPACE, "intruder", "bad-other"));

    platform.awaitCondition(
        "apikey", "intruder", NAMESPACE, "Accepted", "False OrganizationNotAccepted");
    assertThat(platform.message("apikey", "intruder", NAMESPACE, "Accepted"))
        .contains("bad-other")
        .contains(NAMESPACE);
    assertNothingMinted("intruder");
  }

  @Test
  void foreignSecretIsNeverTouched() {
    platform.kubectl(
        "create",
        "secret",
        "generic",
        "owned-by-others",
        "--namespace=" + NAMESPACE,
        "--from-literal=mine=yes");
    String before = foreignSecret();
    platform.apply(Platform.keyManifest(NAMESPACE, "owned-by-others", "bad-root"));

    platform.awaitCondition(
        "apikey", "owned-by-others", NAMESPACE, "Accepted", "False SecretConflict");
    assertThat(platform.message("apikey", "owned-by-others", NAMESPACE, "Accepted"))
        .contains("owned-by-others");
    assertThat(foreignSecret()).isEqualTo(before).startsWith("{\"mine\":\"eWVz\"} ");
  }

  @Test
  void cycleIsRefusedAndNothingMoves() {
    platform.organization("bad-above", "bad");
    child("bad-below", "bad-above", "");
    platform.awaitCondition("organization", "bad-below", "", "Accepted", "True Accepted");

    platform.kubectl(
        "patch",
        "organization",
        "bad-above",
        "--type=merge",
        "--patch={\"spec\":{\"parentRef\":{\"name\":\"bad-below\"}}}");

    platform.awaitCondition("organization", "bad-above", "", "Accepted", "False ParentCycle");
    assertThat(platform.message("organization", "bad-above", "", "Accepted")).contains("bad-below");
    assertThat(
            platform.kubectl(
                "get", "organization", "bad-below", "--output=jsonpath={.status.path}"))
        .isEqualTo("[\"bad-above\",\"bad-below\"]");
  }

  @Test
  void secondOrganizationWithTheSameIdIsNotAccepted() {
    platform.organization("bad-first", "bad");
    platform.awaitCondition("organization", "bad-first", "", "Accepted", "True Accepted");

    child("bad-second", "bad-root", "bad-first");

    platform.awaitCondition("organization", "bad-second", "", "Accepted", "False Invalid");
    assertThat(platform.message("organization", "bad-second", "", "Accepted"))
        .contains("bad-first");
  }

  @Test
  void otherKeysAreIssuedMeanwhile() {
    platform.apply(Platform.keyManifest(NAMESPACE, "innocent", "bad-root"));

    platform.awaitReady(NAMESPACE, "innocent");
    assertThat(
            platform
                .get("/v1/organizations/bad-root/x", platform.key(NAMESPACE, "innocent"))
                .status())
        .isEqualTo(200);
  }

  /** Its data, and the version that any write would change. */
  private static String foreignSecret() {
    return platform.kubectl(
        "get",
        "secret",
        "owned-by-others",
        "--namespace=" + NAMESPACE,
        "--output=jsonpath={.data} {.metadata.resourceVersion}");
  }

  private static void child(String name, String parent, String id) {
    platform.apply(
        """
        apiVersion: keygate.dev/v1alpha1
        kind: Organization
        metadata:
          name: %s
        spec:
          displayName: %s
          parentRef:
            name: %s
        %s
        """
            .formatted(name, name, parent, id.isEmpty() ? "" : "  id: " + id));
  }

  private static void assertNothingMinted(String name) {
    assertThat(
            platform.kubectl(
                "get",
                "apikey",
                name,
                "--namespace=" + NAMESPACE,
                "--output=jsonpath={.status.keyId}"))
        .isEmpty();
    assertThat(platform.kubectlRefuses("get", "secret", name, "--namespace=" + NAMESPACE))
        .contains("NotFound");
  }
}
