package dev.keygate.local.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * An API server that answers with a list of ApiKeys from a while ago and tells nothing newer: the
 * operator's cache has a key in use that was revoked, and one as it was before a change; it does
 * not have a younger one.
 */
final class OlderList {

  private static final String API_KEYS = "/apis/keygate.dev/v1alpha1/apikeys";

  private final FaultStack stack;
  private final Tenants tenants;
  private final ApiProxy api;
  private final String namespace;

  /** Begins nothing yet. */
  OlderList(FaultStack stack, String namespace) {
    this.stack = stack;
    this.tenants = stack.tenants();
    this.api = stack.apiServer();
    this.namespace = namespace;
  }

  String revoked() {
    return "in-use-in-the-older-list";
  }

  String changed() {
    return "unchanged-in-the-older-list";
  }

  String younger() {
    return "unknown-to-the-older-list";
  }

  /** Returns once the operator has that list; until the proxy of the API server is healed. */
  void serve() {
    issue(revoked());
    issue(changed());
    api.remember(API_KEYS);
    api.expireWatches(API_KEYS);
    await("a list").atMost(FaultStack.PATIENCE).until(() -> api.hasRemembered(API_KEYS));
    tenants.revoke(namespace, revoked());
    tenants.awaitFinal(namespace, revoked());
    tenants.patch(namespace, changed(), "{\"spec\":{\"permissions\":[\"*\"]}}");
    tenants.awaitReady(namespace, changed());
    issue(younger());
    api.freezeWatches();
    AtomicInteger answered = api.answerWithOlderList(API_KEYS);
    api.expireWatches(API_KEYS);
    await("the older list").atMost(FaultStack.PATIENCE).until(() -> answered.get() == 1);
    use(changed());
  }

  /** So that its status has to be written, for the count. */
  private void use(String name) {
    assertThat(tenants.status(stack.address(1), tenants.plaintext(namespace, name))).isEqualTo(200);
  }

  private void issue(String name) {
    tenants.declare(namespace, name);
    tenants.awaitReady(namespace, name);
  }
}
