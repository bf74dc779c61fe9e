package dev.keygate.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keygate.local.process.Child;
import dev.keygate.local.stack.LocalStack;
import dev.keygate.local.stack.StackOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A revoked key stays dead, whatever is restored; on a stack of its own, since data directories are
 * swapped under it. Two operators: the other one takes over from one that is frozen.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NoResurrectionE2E {

  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final String NAMESPACE = "restored";
  private static final String PATH = "/v1/organizations/restored/x";
  private static final String TENANT_PATH = "/v1/organizations/tenant/x";
  private static final String STRAY_PATH = "/v1/organizations/stray/x";
  private static final String SHELTERED_PATH = "/v1/organizations/sheltered/x";

  /** How a deposed operator says so: it tried to write, or it saw that the Lease was lost. */
  private static final String[] DEPOSED = {"this process ends", "no longer leads"};

  private static Platform platform;

  @BeforeAll
  static void startStack() throws Exception {
    Path root = Checkout.root();
    Path directory = root.resolve("local/target/e2e-restored");
    delete(directory);
    LocalStack stack =
        LocalStack.create(
            new StackOptions(root, directory, 2, 2, new ShortLease(LEASE)), System.err::println);
    platform = new Platform(stack);
    stack.start();
    platform.namespace(NAMESPACE, "restored");
    platform.organization("restored", "restored");
    platform.organization("tenant", "restored");
    for (String name : List.of("steady", "declared", "secret", "flipped", "etcd", "postgres")) {
      platform.apply(Platform.keyManifest(NAMESPACE, name, "restored"));
    }
    platform.apply(Platform.keyManifest(NAMESPACE, "tenant", "tenant"));
    platform.organization("stray", "restored");
    platform.apply(Platform.keyManifest(NAMESPACE, "stray", "stray"));
    platform.organization("umbrella", "restored");
    platform.organization("sheltered", "restored");
    setParent("sheltered", "umbrella");
    platform.apply(Platform.keyManifest(NAMESPACE, "sheltered", "sheltered"));
    platform.kubectl(
        "wait",
        "--for=condition=Ready",
        "apikeys",
        "--all",
        "--namespace=" + NAMESPACE,
        "--timeout=90s");
  }

  @AfterAll
  static void stopStack() {
    platform.stack().close();
  }

  @Test
  @Order(1)
  void keyStaysDeadWhenItsManifestIsAppliedAgain() {
    String key = revoke("declared");

    platform.apply(Platform.keyManifest(NAMESPACE, "declared", "restored"));

    platform.apply(Platform.keyManifest(NAMESPACE, "after", "restored"));
    platform.awaitReady(NAMESPACE, "after");
    assertThat(platform.condition("apikey", "declared", NAMESPACE, "Ready"))
        .isEqualTo("False Revoked");
    assertRefused(PATH, key);

    platform.kubectl("delete", "apikey", "declared", "--namespace=" + NAMESPACE);
    platform.apply(Platform.keyManifest(NAMESPACE, "declared", "restored"));
    platform.awaitReady(NAMESPACE, "declared");
    assertThat(platform.key(NAMESPACE, "declared")).isNotEqualTo(key);
    assertRefused(PATH, key);
  }

  @Test
  @Order(1)
  void keyStaysDeadWhenRevokedIsTakenBackAndSetAgain() {
    String key = revoke("flipped");

    setRevoked("flipped", false);
    platform.awaitReady(NAMESPACE, "flipped");
    assertRefused(PATH, key);
    setRevoked("flipped", true);
    platform.awaitCondition("apikey", "flipped", NAMESPACE, "Ready", "False Revoked");
    assertRefused(PATH, key);
  }

  @Test
  @Order(1)
  void keyStaysDeadWhenItsSecretIsRestored() {
    String saved =
        platform.kubectl("get", "secret", "secret", "--namespace=" + NAMESPACE, "--output=yaml");
    String key = revoke("secret");

    platform.apply(saved.replaceAll("(?m)^  (resourceVersion|uid|creationTimestamp): .*\\R", ""));
    setRevoked("secret", false);

    platform.awaitReady(NAMESPACE, "secret");
    assertThat(platform.key(NAMESPACE, "secret")).isNotEqualTo(key);
    assertRefused(PATH, key);
  }

  @Test
  @Order(2)
  void keyStaysDeadWhenEtcdIsRestored() throws Exception {
    Path copy = copyOfStopped("etcd", "kube-apiserver");
    String key = revoke("etcd");

    putBack("etcd", copy, "kube-apiserver");

    platform.awaitCondition("apikey", "etcd", NAMESPACE, "Ready", "True Ready");
    await()
        .atMost(Platform.PATIENCE)
        .untilAsserted(() -> assertThat(platform.key(NAMESPACE, "etcd")).isNotEqualTo(key));
    assertRefused(PATH, key);
  }

  @Test
  @Order(3)
  void keyAndSuspensionStayInForceWhenPostgresIsRestored() throws Exception {
    String steady = platform.key(NAMESPACE, "steady");
    String tenant = platform.key(NAMESPACE, "tenant");
    Path copy = copyOfStopped("postgres");
    awaitAnswer(PATH, steady, "200");
    awaitAnswer(TENANT_PATH, tenant, "200");
    String sheltered = platform.key(NAMESPACE, "sheltered");
    awaitAnswer(SHELTERED_PATH, sheltered, "200");
    String stray = platform.key(NAMESPACE, "stray");
    String key = revoke("postgres");
    suspendTenant();
    makeUmbrellaAgainSuspended();
    awaitAnswer(SHELTERED_PATH, sheltered, "401 INVALID_API_KEY");
    moveStrayThenAskForTheImpossible();
    Instant before = Instant.parse(finalAt("postgres"));
    Instant suspendedBefore = Instant.parse(tenantFinalAt());
    String epoch = anchoredEpoch();

    putBack("postgres", copy);

    List<Integer> seen = new ArrayList<>();
    await()
        .atMost(Platform.PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () -> {
              for (String gateway : platform.gateways()) {
                seen.add(platform.get(gateway, PATH, key).status());
                seen.add(platform.get(gateway, TENANT_PATH, tenant).status());
                seen.add(platform.get(gateway, SHELTERED_PATH, sheltered).status());
              }
              assertThat(anchoredEpoch()).isNotEqualTo(epoch);
              for (String gateway : platform.gateways()) {
                assertThat(platform.get(gateway, PATH, steady).summary()).isEqualTo("200");
                assertThat(platform.get(gateway, STRAY_PATH, stray).summary()).isEqualTo("200");
              }
            });
    assertThat(seen).isNotEmpty().doesNotContain(200);
    assertRefused(PATH, key);
    assertRefused(TENANT_PATH, tenant);
    assertRefused(SHELTERED_PATH, sheltered);
    await("not final, since PostgreSQL was replaced")
        .atMost(Platform.PATIENCE)
        .until(() -> finalAt("postgres").isEmpty() && tenantFinalAt().isEmpty());
    assertThat(strayPath()).isEqualTo("[\"restored\",\"stray\"]");
    await("final anew")
        .atMost(Platform.PATIENCE)
        .until(() -> !finalAt("postgres").isEmpty() && !tenantFinalAt().isEmpty());
    assertThat(Instant.parse(finalAt("postgres"))).isAfter(before);
    assertThat(Instant.parse(tenantFinalAt())).isAfter(suspendedBefore);
    assertThat(platform.condition("organization", "tenant", "", "Ready"))
        .isEqualTo("False OrganizationSuspended");
    assertRefused(TENANT_PATH, tenant);
  }

  @Test
  @Order(4)
  void otherOperatorTakesOverWhenTheLeaderIsFrozen() throws Exception {
    // Given
    Child leader = leader();
    String frozenAs = holder();
    Instant begin = Instant.now();
    leader.signal("STOP");
    String told;
    try {
      // When
      platform.apply(Platform.keyManifest(NAMESPACE, "frozen", "restored"));
      platform.awaitReady(NAMESPACE, "frozen");
      System.err.println(
          "failover: the other operator had issued a key %.1f s after the leader was frozen"
              .formatted(Duration.between(begin, Instant.now()).toMillis() / 1000.0));
      told = written("frozen");
    } finally {
      leader.signal("CONT");
    }

    // Then
    await("the deposed one says so")
        .atMost(Platform.PATIENCE)
        .untilAsserted(() -> assertThat(afterLeading(leader, frozenAs)).containsAnyOf(DEPOSED));
    System.err.println("failover: the deposed operator said: " + lastWords(leader, frozenAs));
    platform.apply(Platform.keyManifest(NAMESPACE, "thawed", "restored"));
    platform.awaitReady(NAMESPACE, "thawed");
    assertThat(written("frozen")).isEqualTo(told);
    assertThat(leader().name()).isNotEqualTo(leader.name());
    StoreProbe store = new StoreProbe(platform.stack());
    assertThat(store.versions("frozen")).isOne();
    assertThat(store.versions("thawed")).isOne();
    assertThat(store.changesOfDeposedWriters()).isZero();
    String key = revoke("thawed");
    assertRefused(PATH, key);
    awaitAnswer(PATH, platform.key(NAMESPACE, "frozen"), "200");
  }

  /** What the operator logged since it led under this identity. */
  private static String afterLeading(Child operator, String identity) throws IOException {
    String log = Files.readString(operator.log());
    return log.substring(log.indexOf(identity));
  }

  private static String lastWords(Child operator, String identity) throws IOException {
    return afterLeading(operator, identity)
        .lines()
        .filter(line -> Stream.of(DEPOSED).anyMatch(line::contains))
        .collect(Collectors.joining(" / "));
  }

  /** Whatever a second writer would have changed: resource version of the key and its Secret. */
  private static String written(String name) {
    String version = "--output=jsonpath={.metadata.resourceVersion}";
    String namespace = "--namespace=" + NAMESPACE;
    return platform.kubectl("get", "apikey", name, namespace, version)
        + " "
        + platform.kubectl("get", "secret", name, namespace, version);
  }

  private static String holder() {
    return platform.kubectl(
        "get",
        "lease",
        "keygate-operator",
        "--namespace=keygate-system",
        "--output=jsonpath={.spec.holderIdentity}");
  }

  private static Child leader() throws IOException {
    String holder = holder();
    for (String name : List.of("operator-1", "operator-2")) {
      if (Files.readString(platform.process(name).log()).contains(holder)) {
        return platform.process(name);
      }
    }
    throw new AssertionError("nobody has logged that " + holder + " leads");
  }

  /** Revokes the key and returns what it was, once that is final. */
  private static String revoke(String name) {
    String key = platform.key(NAMESPACE, name);
    setRevoked(name, true);
    await().atMost(Platform.PATIENCE).until(() -> !finalAt(name).isEmpty());
    assertRefused(PATH, key);
    return key;
  }

  private static void setRevoked(String name, boolean revoked) {
    platform.kubectl(
        "patch",
        "apikey",
        name,
        "--namespace=" + NAMESPACE,
        "--type=merge",
        "--patch={\"spec\":{\"revoked\":" + revoked + "}}");
  }

  private static void suspendTenant() {
    suspend("tenant");
    await().atMost(Platform.PATIENCE).until(() -> !tenantFinalAt().isEmpty());
  }

  private static void suspend(String organization) {
    platform.kubectl(
        "patch",
        "organization",
        organization,
        "--type=merge",
        "--patch={\"spec\":{\"suspended\":true}}");
    platform.awaitCondition("organization", organization, "", "Programmed", "True Programmed");
    platform.awaitCondition(
        "organization", organization, "", "Ready", "False OrganizationSuspended");
  }

  /**
   * Accepted, and lost with the backup; then a spec that is refused, so it says no place itself.
   */
  private static void moveStrayThenAskForTheImpossible() {
    setParent("stray", "restored");
    await().atMost(Platform.PATIENCE).until(() -> strayPath().contains("restored"));
    setParent("stray", "nowhere");
    platform.awaitCondition("organization", "stray", "", "Accepted", "False OrganizationNotFound");
  }

  /** The backup has it under the UID of before, and not suspended. */
  private static void makeUmbrellaAgainSuspended() {
    setParent("sheltered", "restored");
    platform.kubectl("delete", "organization", "umbrella", "--timeout=90s");
    platform.organization("umbrella", "restored");
    suspend("umbrella");
    setParent("sheltered", "umbrella");
  }

  private static void setParent(String organization, String name) {
    platform.kubectl(
        "patch",
        "organization",
        organization,
        "--type=merge",
        "--patch={\"spec\":{\"parentRef\":{\"name\":\"" + name + "\"}}}");
  }

  private static String strayPath() {
    return platform.kubectl("get", "organization", "stray", "--output=jsonpath={.status.path}");
  }

  private static String tenantFinalAt() {
    return platform.kubectl(
        "get", "organization", "tenant", "--output=jsonpath={.status.revocation.finalAt}");
  }

  private static String finalAt(String name) {
    return platform.kubectl(
        "get",
        "apikey",
        name,
        "--namespace=" + NAMESPACE,
        "--output=jsonpath={.status.revocation.finalAt}");
  }

  private static String anchoredEpoch() {
    return platform.kubectl(
        "get",
        "configmap",
        "keygate-anchor",
        "--namespace=keygate-system",
        "--output=jsonpath={.data.epoch}");
  }

  private static void assertRefused(String path, String key) {
    assertThat(platform.gateways())
        .allSatisfy(
            gateway ->
                assertThat(platform.get(gateway, path, key).summary())
                    .isEqualTo("401 INVALID_API_KEY"));
  }

  private static void awaitAnswer(String path, String key, String expected) {
    for (String gateway : platform.gateways()) {
      await()
          .atMost(Platform.PATIENCE)
          .untilAsserted(
              () -> assertThat(platform.get(gateway, path, key).summary()).isEqualTo(expected));
    }
  }

  private static Path copyOfStopped(String name, String... users) throws Exception {
    stop(name, users);
    Path copy = data(name).resolveSibling(name + ".copy");
    copy(data(name), copy);
    startAgain(name, users);
    return copy;
  }

  private static void putBack(String name, Path copy, String... users) throws Exception {
    stop(name, users);
    delete(data(name));
    Files.move(copy, data(name));
    startAgain(name, users);
  }

  private static void stop(String name, String... users) throws InterruptedException {
    for (String user : users) {
      platform.process(user).stop();
    }
    platform.process(name).stop();
  }

  private static void startAgain(String name, String... users) throws InterruptedException {
    platform.process(name).start();
    platform.process(name).awaitReady(Platform.PATIENCE);
    for (String user : users) {
      platform.process(user).start();
      platform.process(user).awaitReady(Platform.PATIENCE);
    }
  }

  private static Path data(String name) {
    return platform.stack().directory().resolve(name);
  }

  private static void copy(Path from, Path to) throws IOException, InterruptedException {
    // With its modes: PostgreSQL refuses a directory that others can read.
    int code =
        new ProcessBuilder("cp", "-a", from.toString(), to.toString())
            .inheritIO()
            .start()
            .waitFor();
    assertThat(code).isZero();
  }

  private static void delete(Path directory) throws IOException {
    if (Files.notExists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
