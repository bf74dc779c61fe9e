package dev.keygate.local.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keygate.local.faults.ApiProxy.Request;
import dev.keygate.local.faults.Rows.Version;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An API server that is slow to tell, forgets to answer, tells old news, or refuses. What protects
 * from old news is switched off in {@link MutantsE2E}: the live look before a sweep, and the
 * resourceVersion of a status. Against lost answers, refusals and silence there is nothing to
 * switch off: no step is remembered as done, each reconcile begins with what the store and the API
 * server have, and whoever hears nothing writes nothing that a resourceVersion or the fence does
 * not stop.
 */
@Tag("faults")
@ExtendWith(FaultStack.Extension.class)
class ApiServerFaultsE2E {

  private static final String NAMESPACE = "api-faults";

  @RegisterExtension static final Watched WATCHED = new Watched("api-server");

  private static FaultStack stack;
  private static Tenants tenants;
  private static ApiProxy api;

  @BeforeAll
  static void prepare(FaultStack shared) {
    stack = shared;
    tenants = stack.tenants();
    tenants.namespace(NAMESPACE);
    api = stack.apiServer();
  }

  @AfterEach
  void heal() {
    api.heal();
  }

  @Test
  void whatAFrozenWatchDidNotTellIsDoneWhenItThaws() {
    issue("revoked-meanwhile");
    api.freezeWatches();
    tenants.revoke(NAMESPACE, "revoked-meanwhile");
    tenants.declare(NAMESPACE, "created-meanwhile");
    assertThat(tenants.isFinal(NAMESPACE, "revoked-meanwhile")).isFalse();
    api.heal();
    tenants.awaitReady(NAMESPACE, "created-meanwhile");
    tenants.awaitFinal(NAMESPACE, "revoked-meanwhile");
    assertOneVersion("created-meanwhile", 0);
  }

  /** It does not bring a revoked key back, nor end one that is younger. */
  @Test
  void anOlderListDoesNoHarm() {
    OlderList list = new OlderList(stack, NAMESPACE);
    list.serve();
    String younger = tenants.plaintext(NAMESPACE, list.younger());
    AtomicInteger lookedUp =
        api.count(
            request -> request.isList() && request.path().endsWith("/apikeys/" + list.younger()));
    AtomicInteger told = api.count(write("PATCH", "/apikeys/" + list.changed() + "/status"));
    await("deceived").atMost(FaultStack.RECOVERY).until(() -> lookedUp.get() > 0 && told.get() > 0);
    assertThat(tenants.isFinal(NAMESPACE, list.revoked())).isTrue();
    assertThat(tenants.find(NAMESPACE, list.changed()))
        .hasValueSatisfying(key -> assertThat(Tenants.holds(key, "Ready")).isTrue());
    assertThat(tenants.status(stack.address(1), younger)).isEqualTo(200);
    api.heal();
    await("put right")
        .atMost(FaultStack.RECOVERY)
        .untilAsserted(() -> assertThat(versions(list.revoked())).noneMatch(Version::usable));
    assertThat(tenants.status(stack.address(1), younger)).isEqualTo(200);
    assertOneVersion(list.younger(), 0);
  }

  @Test
  void lostAnswersToWritesLeadToTheSameEnd() {
    List<AtomicInteger> lost =
        List.of(
            api.loseAnswer(write("POST", "/secrets"), 1),
            api.loseAnswer(write("PATCH", "/status"), 2),
            api.loseAnswer(write("POST", "/events"), 1),
            api.loseAnswer(
                request ->
                    write("PATCH", "/apikeys/").test(request)
                        && !request.path().endsWith("/status"),
                2),
            api.loseAnswer(write("DELETE", "/secrets/"), 2));
    liveThrough("answers-lost");
    assertThat(lost).allSatisfy(met -> assertThat(met.get()).isPositive());
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(ints = {409, 410, 429, 500})
  void refusedWritesLeadToTheSameEnd(int status) {
    List<AtomicInteger> refused =
        List.of(
            api.refuse(write("POST", "/secrets"), status, 2),
            api.refuse(write("PATCH", "/status"), status, 2),
            api.refuse(write("POST", "/events"), status, 1),
            api.refuse(write("DELETE", "/secrets/"), status, 2));
    liveThrough("refused-" + status);
    assertThat(refused).allSatisfy(met -> assertThat(met.get()).isPositive());
  }

  private static void liveThrough(String name) {
    String key = issue(name);
    issue(name + "-deleted");
    tenants.delete(NAMESPACE, name + "-deleted");
    assertOneVersion(name, 1);
    assertThat(tenants.status(stack.address(1), key)).isEqualTo(200);
    tenants.revoke(NAMESPACE, name);
    tenants.awaitFinal(NAMESPACE, name);
    await("secrets gone")
        .atMost(FaultStack.PATIENCE)
        .until(
            () ->
                tenants.secret(NAMESPACE, name).isEmpty()
                    && tenants.find(NAMESPACE, name + "-deleted").isEmpty());
    assertThat(versions(name)).noneMatch(Version::usable);
    assertThat(versions(name + "-deleted")).noneMatch(Version::usable);
    assertThat(tenants.status(stack.address(1), key)).isEqualTo(401);
  }

  private static String issue(String name) {
    tenants.declare(NAMESPACE, name);
    tenants.awaitReady(NAMESPACE, name);
    return tenants.plaintext(NAMESPACE, name);
  }

  private static void assertOneVersion(String name, int lostOnes) {
    List<Version> all = versions(name);
    assertThat(all).filteredOn(Version::usable).hasSize(1);
    assertThat(all).hasSizeLessThanOrEqualTo(1 + lostOnes);
  }

  private static List<Version> versions(String name) {
    return new Rows(stack.stack()).versions(NAMESPACE).getOrDefault(name, List.of());
  }

  private static Predicate<Request> write(String method, String part) {
    return request -> request.method().equals(method) && request.path().contains(part);
  }
}
