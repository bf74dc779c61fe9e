package dev.keygate.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** kill -9 of one process after the other while requests flow and resources change. */
@ExtendWith(StackExtension.class)
class FaultsE2E {

  private static final String NAMESPACE = "faults";
  private static final String PATH = "/v1/organizations/faults/x";
  private static final Set<String> PROCESSES_OF_THE_API = Set.of("kube-apiserver", "etcd");
  private static final int KEYS = 10;

  private static Platform platform;
  private static String steady;

  @BeforeAll
  static void prepare(Platform shared) {
    platform = shared;
    platform.namespace(NAMESPACE, "faults");
    platform.organization("faults", "faults");
    steady = issue("steady");
  }

  @ParameterizedTest(name = "{0} killed")
  @ValueSource(strings = {"gateway-1", "postgres", "kube-apiserver", "etcd"})
  void everythingConvergesAndLivingGatewaysGoOn(String name) throws Exception {
    String doomed = issue(name + "-doomed");
    List<Traffic> traffic = new ArrayList<>();
    try {
      for (int i = 1; i <= platform.gateways().size(); i++) {
        if (!name.equals("gateway-" + i)) {
          traffic.add(Traffic.through(platform, platform.gateways().get(i - 1), PATH, steady));
        }
      }

      declareKeys(name, 0, KEYS / 2);
      platform.process(name).kill();
      if (PROCESSES_OF_THE_API.contains(name)) {
        traffic.forEach(one -> one.awaitMore(20));
        startAgain(name);
        declareKeys(name, KEYS / 2, KEYS);
        revoke(name + "-doomed");
      } else {
        declareKeys(name, KEYS / 2, KEYS);
        revoke(name + "-doomed");
        traffic.forEach(one -> one.awaitMore(20));
        startAgain(name);
      }

      assertConverged(name, doomed);
      assertThat(traffic).isNotEmpty().allSatisfy(Traffic::assertUnbroken);
    } finally {
      traffic.forEach(Traffic::close);
    }
  }

  private static void assertConverged(String prefix, String doomed) {
    for (int i = 0; i < KEYS; i++) {
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

  private static void startAgain(String name) throws InterruptedException {
    platform.process(name).start();
    platform.process(name).awaitReady(Platform.PATIENCE);
    platform.process("kube-apiserver").awaitReady(Platform.PATIENCE);
  }

  private static String issue(String name) {
    platform.apply(Platform.keyManifest(NAMESPACE, name, "faults"));
    platform.awaitReady(NAMESPACE, name);
    String key = platform.key(NAMESPACE, name);
    awaitAcceptedEverywhere(key);
    return key;
  }

  private static void declareKeys(String prefix, int from, int to) {
    StringBuilder manifests = new StringBuilder();
    for (int i = from; i < to; i++) {
      manifests.append(Platform.keyManifest(NAMESPACE, prefix + "-" + i, "faults"));
    }
    platform.apply(manifests.toString());
  }

  private static void revoke(String name) {
    platform.kubectl(
        "patch",
        "apikey",
        name,
        "--namespace=" + NAMESPACE,
        "--type=merge",
        "--patch={\"spec\":{\"revoked\":true}}");
  }

  private static void awaitAcceptedEverywhere(String key) {
    for (String gateway : platform.gateways()) {
      await()
          .atMost(Platform.PATIENCE)
          .untilAsserted(
              () -> assertThat(platform.get(gateway, PATH, key).summary()).isEqualTo("200"));
    }
  }
}
