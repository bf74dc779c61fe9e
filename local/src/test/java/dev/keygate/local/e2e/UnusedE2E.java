package dev.keygate.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Keys that nobody uses, as those see them who clean up. */
@ExtendWith(StackExtension.class)
class UnusedE2E {

  private static final String NAMESPACE = "unused";
  private static final String KEY = "idle";

  private static Platform platform;
  private static StoreProbe store;

  @BeforeAll
  static void prepare(Platform shared) {
    platform = shared;
    store = new StoreProbe(shared.stack());
    platform.namespace(NAMESPACE, NAMESPACE);
    platform.organization("unused", NAMESPACE);
  }

  @Test
  void keyIsUnusedOnceNobodyUsedItForThirtyDaysAndEveryGatewaySaidSo() {
    // Too young to tell.
    platform.apply(Platform.keyManifest(NAMESPACE, KEY, "unused"));
    platform.awaitReady(NAMESPACE, KEY);
    awaitUnused("Unknown TrackingTooShort");
    assertThat(field("{.status.usage.trackingSince}")).matches("\\d{4}-.*Z");

    // Used.
    String key = platform.key(NAMESPACE, KEY);
    assertThat(platform.get("/v1/organizations/unused/x", key).summary()).isEqualTo("200");
    awaitUnused("False Used");

    // Not used for long.
    age();
    platform.kubectl(
        "wait", "--for=condition=Unused", "--timeout=90s", "--namespace=" + NAMESPACE, key());
    assertThat(platform.message("apikey", KEY, NAMESPACE, "Unused")).contains("for 30 days");
    assertThat(unusedKeys()).containsExactly(KEY);
    await().atMost(Platform.PATIENCE).untilAsserted(() -> assertThat(events()).hasSize(1));

    // A gateway has stored nothing for an hour.
    try (var _ = store.silentGateway("silent")) {
      awaitUnused("Unknown UsageIncomplete");
    }
    awaitUnused("True Unused");
    assertThat(events()).as("said once").containsExactly("once");

    // Used again.
    assertThat(platform.get("/v1/organizations/unused/x", key).summary()).isEqualTo("200");
    awaitUnused("False Used");
    assertThat(unusedKeys()).isEmpty();
  }

  private static void awaitUnused(String expected) {
    platform.awaitCondition("apikey", KEY, NAMESPACE, "Unused", expected);
  }

  /** As if everything had happened forty days earlier; the operator is made to look again. */
  private static void age() {
    String uid = field("{.metadata.uid}");
    store.asOwner(
        "UPDATE usage_total SET last_used_at = last_used_at - interval '40 days'"
            + " WHERE api_key_uid = '%s'".formatted(uid));
    store.asOwner(
        "UPDATE key_version SET issued_at = issued_at - interval '40 days'"
            + " WHERE api_key_uid = '%s'".formatted(uid));
    platform.kubectl(
        "patch",
        key(),
        "--namespace=" + NAMESPACE,
        "--type=merge",
        "--patch={\"spec\":{\"displayName\":\"Idle\"}}");
  }

  /** The line to copy of docs/operations.md. */
  private static List<String> unusedKeys() {
    return platform
        .kubectl("get", "apikeys", "--namespace=" + NAMESPACE, "--output=wide")
        .lines()
        .map(line -> List.of(line.strip().split(" +")))
        .filter(columns -> columns.getLast().equals("True"))
        .map(List::getFirst)
        .toList();
  }

  private static List<String> events() {
    return platform
        .kubectl(
            "get",
            "events.events.k8s.io",
            "--namespace=" + NAMESPACE,
            "--output=go-template={{range .items}}{{if eq .reason \"Unused\"}}"
                + "{{if .series}}repeated{{else}}once{{end}}{{\"\\n\"}}{{end}}{{end}}")
        .lines()
        .toList();
  }

  private static String field(String path) {
    return platform.kubectl("get", key(), "--namespace=" + NAMESPACE, "--output=jsonpath=" + path);
  }

  private static String key() {
    return "apikey/" + KEY;
  }
}
