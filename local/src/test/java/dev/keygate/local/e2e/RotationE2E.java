package dev.keygate.local.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Keys that are replaced under traffic, as pipelines, applications and those who watch see it. */
@ExtendWith(StackExtension.class)
class RotationE2E {

  private static final String OWN = "/v1/organizations/acme/hello";
  private static final String REFUSED = "401 INVALID_API_KEY";

  private static Platform platform;
  private static KubernetesClient client;

  @BeforeAll
  static void prepare(Platform shared) {
    platform = shared;
    platform.apply(Checkout.example("01-organizations.yaml"));
    client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(platform.stack().endpoints().kubeconfig().toFile()))
            .build();
  }

  @AfterAll
  static void close() {
    client.close();
  }

  @Test
  void pipelineRotatesAndTheApplicationNoticesNothing(@TempDir Path directory) throws Exception {
    // Given
    String manifest = Files.readString(Checkout.example("06-rotation.yaml"));
    Pipeline pipeline = Pipeline.in(directory, platform);
    pipeline.commit("rotated-key.yaml", manifest, "Declare the key");
    pipeline.deploy("demo", "rotated-key");
    String old = platform.key("demo", "rotated-key");
    Path volume = Files.createDirectory(directory.resolve("volume"));
    try (MountedSecret secret =
            MountedSecret.mount(volume, Duration.ofSeconds(2), client, "demo", "rotated-key");
        Traffic application =
            Traffic.through(
                platform, platform.gateways().getFirst(), OWN, () -> secret.read("api-key"))) {

      // When
      String raised = manifest.replace("revision: 1", "revision: 2");
      pipeline.commit("rotated-key.yaml", raised, "Rotate the key");
      pipeline.deploy("demo", "rotated-key");

      // Then
      String current = platform.key("demo", "rotated-key");
      assertThat(current).isNotEqualTo(old);
      assertEverywhere(old, REFUSED);
      assertEverywhere(current, "200");
      assertThat(secret.read("api-key")).isEqualTo(current);
      assertThat(previous("rotated-key")).isEmpty();
      assertThat(rotation("rotated-key", "phase", "reason", "fromVersion", "toVersion"))
          .isEqualTo("Complete RevisionRaised 1 2");
      application.awaitMore(20);
      application.assertUnbroken();

      // Neither the same file again nor an older one rotates anything.
      pipeline.deploy("demo", "rotated-key");
      pipeline.revert();
      pipeline.deploy("demo", "rotated-key");
      assertThat(platform.key("demo", "rotated-key")).isEqualTo(current);
      assertThat(platform.message("apikey", "rotated-key", "demo", "Rotating"))
          .contains("revision 1 is ignored");
      application.assertUnbroken();
    }
  }

  @Test
  void oldKeyStaysUntilTheTrafficHasMoved() {
    apply("moving", 0, "60s", "2s", "Hold");
    platform.awaitReady("demo", "moving");
    String old = platform.key("demo", "moving");
    try (Traffic late = Traffic.through(platform, platform.gateways().getLast(), OWN, old)) {

      apply("moving", 1, "60s", "2s", "Hold");
      await().atMost(Platform.PATIENCE).until(() -> !platform.key("demo", "moving").equals(old));

      assertThat(previous("moving")).isEqualTo(old);
      String next = platform.key("demo", "moving");
      assertEverywhere(next, "200");
      platform.awaitCondition("apikey", "moving", "demo", "Rotating", "True Adopted");
      await()
          .atMost(Platform.PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(rotation("moving", "stragglers[0].userAgent", "stragglers[0].routeId"))
                      .matches("Java-http-client/\\S+ \\S+"));
      late.awaitMore(100);
      assertEverywhere(old, "200");
      assertThat(previous("moving")).isEqualTo(old);
      late.close();
      late.assertUnbroken();
      try (Traffic moved = Traffic.through(platform, platform.gateways().getLast(), OWN, next)) {
        awaitRotated("moving");
        assertEverywhere(old, REFUSED);
        assertThat(previous("moving")).isEmpty();
        assertThat(revoked("moving")).containsExactly("1 Drained");
        moved.assertUnbroken();
      }
    }
  }

  @Test
  void secretThatIsLostDuringARotationLeavesNoOverlap() {
    // Given
    apply("losing", 0, "60s", "2s", "Hold");
    platform.awaitReady("demo", "losing");
    String old = platform.key("demo", "losing");

    // When
    try (var _ = new StoreProbe(platform.stack()).silentGateway("silent")) {
      apply("losing", 1, "60s", "2s", "Hold");
      platform.awaitCondition("apikey", "losing", "demo", "Rotating", "True Issued");
      platform.kubectl("delete", "secret", "losing", "--namespace=demo");
    }

    // Then
    await()
        .atMost(Platform.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(rotation("losing", "phase", "reason", "outcome"))
                    .isEqualTo("Complete RevisionRaised Replaced"));
    assertEverywhere(old, REFUSED);
    assertEverywhere(platform.key("demo", "losing"), "200");
    assertThat(previous("losing")).isEmpty();
    await()
        .atMost(Platform.PATIENCE)
        .untilAsserted(() -> assertThat(events("losing")).contains("SecretLost"));
  }

  @Test
  void deadlineEndsTheOldKeyAndIsAnnounced() {
    apply("overdue", 0, "30s", "2s", "Revoke");
    platform.awaitReady("demo", "overdue");
    String old = platform.key("demo", "overdue");
    try (Traffic late = Traffic.through(platform, platform.gateways().getFirst(), OWN, old)) {

      apply("overdue", 1, "30s", "2s", "Revoke");

      awaitRotated("overdue");
      late.awaitAnswer(REFUSED);
      assertEverywhere(old, REFUSED);
      assertEverywhere(platform.key("demo", "overdue"), "200");
      assertThat(events("overdue")).contains("DeadlineNear");
      assertThat(revoked("overdue")).containsExactly("1 DeadlineReached");
      assertThat(platform.condition("apikey", "overdue", "demo", "Rotating"))
          .isEqualTo("False DeadlineReached");
      assertThat(rotation("overdue", "phase", "outcome")).isEqualTo("Complete DeadlineReached");
      assertThat(rotation("overdue", "stragglers[0].userAgent")).startsWith("Java-http-client");
      await()
          .atMost(Platform.PATIENCE)
          .untilAsserted(() -> assertThat(events("overdue")).contains("DeadlineReached"));
    }
  }

  @Test
  void deadlineLeavesTheOldKeyWhereThatIsAskedFor() {
    apply("held", 0, "5s", "2s", "Hold");
    platform.awaitReady("demo", "held");
    String old = platform.key("demo", "held");
    try (Traffic late = Traffic.through(platform, platform.gateways().getFirst(), OWN, old)) {

      apply("held", 1, "5s", "2s", "Hold");

      platform.awaitCondition("apikey", "held", "demo", "Rotating", "True Held");
      late.awaitMore(20);
      late.assertUnbroken();
      assertThat(previous("held")).isEqualTo(old);
      await().atMost(Platform.PATIENCE).until(() -> announced("held").equals("once"));
      restartOperator();
      String seen = rotation("held", "stragglers[0].lastSeenAt");
      await()
          .atMost(Platform.PATIENCE)
          .until(() -> !rotation("held", "stragglers[0].lastSeenAt").equals(seen));
      assertThat(announced("held")).isEqualTo("once");
    }
    apply("held", 1, "5s", "2s", "Revoke");
    awaitRotated("held");
    assertEverywhere(old, REFUSED);
  }

  @Test
  void keyIsReplacedByTimeAlone() {
    platform.apply(
        Platform.keyManifest("demo", "aging", "acme")
            + """
              rotation:
                every: 120s
                renewBefore: 60s
                overlap: 5s
                quietPeriod: 1s
            """);
    platform.awaitReady("demo", "aging");
    String old = platform.key("demo", "aging");
    assertThat(rotation("aging", "nextAt")).isNotEmpty();

    await()
        .atMost(Platform.PATIENCE.plusMinutes(1))
        .until(() -> !platform.key("demo", "aging").equals(old));

    await()
        .atMost(Platform.PATIENCE)
        .untilAsserted(() -> assertThat(rotation("aging", "reason")).isEqualTo("Scheduled"));
    await().atMost(Platform.PATIENCE).untilAsserted(() -> assertEverywhere(old, REFUSED));
    platform.kubectl(
        "patch",
        "apikey/aging",
        "--namespace=demo",
        "--type=merge",
        "--patch={\"spec\":{\"rotation\":null}}");
    awaitRotated("aging");
    assertEverywhere(platform.key("demo", "aging"), "200");
  }

  private static void restartOperator() {
    try {
      platform.process("operator-1").kill();
      platform.process("operator-1").start();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** "once", or "again" when the nearing deadline of a key was announced a second time. */
  private static String announced(String key) {
    return platform.kubectl(
        "get",
        "events.events.k8s.io",
        "--namespace=demo",
        ("--output=go-template={{range .items}}{{if and (eq .reason \"DeadlineNear\")"
                + " (eq .regarding.name \"%s\")}}{{if .series}}again{{else}}once{{end}}"
                + "{{end}}{{end}}")
            .formatted(key));
  }

  private static void apply(
      String name, int revision, String overlap, String quietPeriod, String onDeadline) {
    platform.apply(
        Platform.keyManifest("demo", name, "acme")
            + """
              rotation:
                revision: %d
                overlap: %s
                quietPeriod: %s
                onDeadline: %s
            """
                .formatted(revision, overlap, quietPeriod, onDeadline));
  }

  /** As a pipeline waits: for what is said of the latest generation only. */
  private static void awaitRotated(String key) {
    platform.kubectl(
        "wait",
        "--for=condition=Rotating=False",
        "--timeout=90s",
        "--namespace=demo",
        "apikey/" + key);
  }

  private static void assertEverywhere(String key, String expected) {
    assertThat(platform.gateways())
        .allSatisfy(
            gateway -> assertThat(platform.get(gateway, OWN, key).summary()).isEqualTo(expected));
  }

  /** Empty when there is none. */
  private static String previous(String secret) {
    String encoded =
        platform.kubectl(
            "get",
            "secret",
            secret,
            "--namespace=demo",
            "--output=jsonpath={.data.previous-api-key}");
    return new String(Base64.getDecoder().decode(encoded), UTF_8);
  }

  private static String rotation(String key, String... fields) {
    String path =
        Arrays.stream(fields)
            .map(field -> "{.status.rotation." + field + "}")
            .collect(Collectors.joining(" "));
    return platform.kubectl("get", "apikey", key, "--namespace=demo", "--output=jsonpath=" + path);
  }

  private static String events(String key) {
    String path =
        "jsonpath={range .items[?(@.involvedObject.name==\"%s\")]}{.reason} {end}".formatted(key);
    return platform.kubectl("get", "events", "--namespace=demo", "--output=" + path);
  }

  /** Number of each revoked version, and why it ended. */
  private static List<String> revoked(String key) {
    String uid =
        platform.kubectl(
            "get", "apikey", key, "--namespace=demo", "--output=jsonpath={.metadata.uid}");
    return new StoreProbe(platform.stack()).revoked(uid);
  }
}
