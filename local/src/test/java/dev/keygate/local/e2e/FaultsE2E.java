package dev.keygate.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** kill -9 of one process after the other while requests flow and resources change. */
@ExtendWith(StackExtension.class)
class FaultsE2E {

  private static final String NAMESPACE = "faults";
  private static final String PATH = "/v1/organizations/faults/x";

  private static Platform platform;
  private static String steady;

  /** A name that the resources of one test begin with. */
  private String prefix = "";

  @BeforeAll
  static void prepare(Platform shared) {
    platform = shared;
    platform.namespace(NAMESPACE, "faults");
    platform.organization("faults", "faults");
    platform.apply(Platform.keyManifest(NAMESPACE, "steady", "faults"));
    platform.awaitReady(NAMESPACE, "steady");
    steady = platform.key(NAMESPACE, "steady");
    awaitAcceptedEverywhere(steady);
  }

  @BeforeEach
  void name(TestInfo test) {
    prefix = test.getTags().iterator().next();
  }

  @Test
  @Tag("gateway")
  void otherGatewayGoesOnWhenOneIsKilled() throws Exception {
    try (Traffic traffic = through("gateway-2")) {
      String doomed = issueKeyToBeRevoked();

      platform.process("gateway-1").kill();
      change();
      traffic.awaitMore(20);
      startAgain("gateway-1");

      assertConverged(doomed);
      traffic.assertUnbroken();
    }
  }

  @Test
  @Tag("postgres")
  void gatewaysGoOnWhenPostgresIsKilled() throws Exception {
    try (Traffic first = through("gateway-1");
        Traffic second = through("gateway-2")) {
      String doomed = issueKeyToBeRevoked();

      platform.process("postgres").kill();
      change();
      first.awaitMore(20);
      second.awaitMore(20);
      startAgain("postgres");

      assertConverged(doomed);
      first.assertUnbroken();
      second.assertUnbroken();
    }
  }

  @Test
  @Tag("apiserver")
  void gatewaysGoOnWhenTheApiServerIsKilled() throws Exception {
    try (Traffic first = through("gateway-1");
        Traffic second = through("gateway-2")) {
      String doomed = issueKeyToBeRevoked();
      change();

      platform.process("kube-apiserver").kill();
      first.awaitMore(20);
      second.awaitMore(20);
      startAgain("kube-apiserver");

      assertConverged(doomed);
      first.assertUnbroken();
      second.assertUnbroken();
    }
  }

  @Test
  @Tag("etcd")
  void gatewaysGoOnWhenEtcdIsKilled() throws Exception {
    try (Traffic first = through("gateway-1");
        Traffic second = through("gateway-2")) {
      String doomed = issueKeyToBeRevoked();
      change();

      platform.process("etcd").kill();
      first.awaitMore(20);
      second.awaitMore(20);
      startAgain("etcd");
      platform.process("kube-apiserver").awaitReady(Platform.PATIENCE);

      assertConverged(doomed);
      first.assertUnbroken();
      second.assertUnbroken();
    }
  }

  private String issueKeyToBeRevoked() {
    platform.apply(Platform.keyManifest(NAMESPACE, prefix + "-doomed", "faults"));
    platform.awaitReady(NAMESPACE, prefix + "-doomed");
    String doomed = platform.key(NAMESPACE, prefix + "-doomed");
    awaitAcceptedEverywhere(doomed);
    return doomed;
  }

  /** Ten new keys and one revocation, all declared at once. */
  private void change() {
    StringBuilder manifests = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      manifests.append(Platform.keyManifest(NAMESPACE, prefix + "-" + i, "faults"));
    }
    platform.apply(manifests.toString());
    platform.kubectl(
        "patch",
        "apikey",
        prefix + "-doomed",
        "--namespace=" + NAMESPACE,
        "--type=merge",
        "--patch={\"spec\":{\"revoked\":true}}");
  }

  private void assertConverged(String doomed) {
    for (int i = 0; i < 10; i++) {
      platform.awaitReady(NAMESPACE, prefix + "-" + i);
      awaitAcceptedEverywhere(platform.key(NAMESPACE, prefix + "-" + i));
    }
    platform.awaitCondition("apikey", prefix + "-doomed", NAMESPACE, "Ready", "False Revoked");
    platform.kubectl(
        "wait",
        "apikey/" + prefix + "-doomed",
        "--namespace=" + NAMESPACE,
        "--for=jsonpath={.status.revocation.finalAt}",
        "--timeout=90s");
    assertThat(platform.gateways())
        .allSatisfy(
            gateway ->
                assertThat(platform.get(gateway, PATH, doomed).summary())
                    .isEqualTo("401 INVALID_API_KEY"));
  }

  private static void awaitAcceptedEverywhere(String key) {
    for (String gateway : platform.gateways()) {
      await()
          .atMost(Platform.PATIENCE)
          .untilAsserted(
              () -> assertThat(platform.get(gateway, PATH, key).summary()).isEqualTo("200"));
    }
  }

  private static Traffic through(String gateway) {
    int index = Integer.parseInt(gateway.substring("gateway-".length())) - 1;
    return Traffic.through(platform, platform.gateways().get(index), PATH, steady);
  }

  private static void startAgain(String name) throws InterruptedException {
    platform.process(name).start();
    platform.process(name).awaitReady(Platform.PATIENCE);
  }
}
