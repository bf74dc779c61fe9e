package dev.keygate.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keygate.local.process.CommandFailedException;
import dev.keygate.local.stack.Kubectl;
import dev.keygate.local.stack.LocalStack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * The organizations of example 01, the rights of example 08, and people with other rights, under
 * the policies of {@code crds/tenancy}.
 */
final class Tenants {

  static final String NAMESPACE = "demo";
  static final String TYPE = "servicebinding.io/keygate";

  private static final String OPERATOR = "system:serviceaccount:keygate-system:keygate-operator";

  private final LocalStack stack;

  private Tenants(LocalStack stack) {
    this.stack = stack;
  }

  /** Applies all of it and returns once it is in force. */
  static Tenants of(LocalStack stack) throws Exception {
    Tenants tenants = new Tenants(stack);
    Kubectl kubectl = stack.kubectl();
    kubectl.run(
        "delete",
        "organizations",
        "acme",
        "acme-eu",
        "acme-eu-sales",
        "globex",
        "--ignore-not-found");
    // HelmChartIT installs the chart elsewhere, which takes the rights from the stack's operator.
    kubectl.apply(stack.directory().resolve("operator-account.yaml"));
    kubectl.apply(BareStack.ROOT.resolve("crds/tenancy"));
    kubectl.apply(BareStack.ROOT.resolve("examples/01-organizations.yaml"));
    kubectl.apply(BareStack.ROOT.resolve("examples/08-tenant-rights.yaml"));
    kubectl.apply(
        Path.of(Objects.requireNonNull(Tenants.class.getResource("people.yaml")).toURI()));
    // The API server takes a new policy, or a new role, into account some time after it is stored.
    await()
        .atMost(Duration.ofMinutes(1))
        .ignoreException(CommandFailedException.class)
        .untilAsserted(tenants::assertInForce);
    return tenants;
  }

  private void assertInForce() {
    String dryRun = "--dry-run=server";
    admin().applies(key("finalized-probe", "acme"));
    operator()
        .patches(
            "apikey", "finalized-probe", "{'metadata':{'finalizers':['keygate.dev/api-key']}}");
    assertThat(
            bob()
                .isRefusedToPatch(
                    "apikey", "finalized-probe", "{'metadata':{'finalizers':null}}", dryRun))
        .contains("keygate-finalizers");
    ann().creates(key("probe", "acme"), dryRun);
    pat().creates(organization("probe", ""), dryRun);
    carl().creates(organization("probe", "acme"), dryRun);
    nat().creates(secret("probe", TYPE), dryRun);
    olga().creates(secret("probe", TYPE), dryRun);
    vera().does("get", "apikeys", "--namespace=" + NAMESPACE);
    operator().creates(controlled("probe", "probe", "unknown"), dryRun);
    assertThat(bob().isRefusedToCreate(key("probe", "acme"), dryRun)).contains("keygate-issue");
    assertThat(dora().isRefusedToCreate(organization("probe", "acme"), dryRun))
        .contains("keygate-adopt");
    assertThat(bob().isRefusedToCreate(secret("probe", TYPE), dryRun)).contains("keygate-secrets");
    assertThat(operator().isRefusedToCreate(secret("probe", "Opaque"), dryRun))
        .contains("keygate-operator-secrets");
    assertThat(
            operator()
                .isRefusedToPatch("organization", "acme", "{'spec':{'suspended':true}}", dryRun))
        .contains("keygate-operator-wishes");
  }

  /** The administrator of the cluster. */
  Person admin() {
    return new Person(stack.kubectl(), List.of());
  }

  Person ann() {
    return Person.impersonated(stack.kubectl(), "ann", "acme-developers");
  }

  Person bob() {
    return Person.impersonated(stack.kubectl(), "bob");
  }

  Person vera() {
    return Person.impersonated(stack.kubectl(), "vera");
  }

  Person nat() {
    return Person.impersonated(stack.kubectl(), "nat");
  }

  Person olga() {
    return Person.impersonated(stack.kubectl(), "olga");
  }

  Person carl() {
    return Person.impersonated(stack.kubectl(), "carl");
  }

  Person dora() {
    return Person.impersonated(stack.kubectl(), "dora");
  }

  Person pat() {
    return Person.impersonated(stack.kubectl(), "pat");
  }

  Person operator() {
    return Person.impersonated(stack.kubectl(), OPERATOR);
  }

  /** The same person as {@code user}, by name. */
  Person named(String user) {
    return user.equals("ann") ? ann() : Person.impersonated(stack.kubectl(), user);
  }

  /** A ServiceAccount with a token of its own, as a pod would use it. */
  Person withToken(String namespace, String account) {
    String token = admin().does("create", "token", account, "--namespace=" + namespace).strip();
    String kubeconfig =
        "--kubeconfig=" + stack.directory().toAbsolutePath().resolve(account + ".kubeconfig");
    Person nobody = new Person(stack.kubectl(), List.of(kubeconfig));
    nobody.does(
        "config",
        "set-cluster",
        "local",
        "--server=" + stack.endpoints().apiServer(),
        "--certificate-authority=" + stack.directory().toAbsolutePath().resolve("pki/ca.crt"));
    nobody.does("config", "set-credentials", "account", "--token=" + token);
    nobody.does("config", "set-context", "local", "--cluster=local", "--user=account");
    nobody.does("config", "use-context", "local");
    return nobody;
  }

  /** An ApiKey in the tenant's namespace. */
  void issued(String name) {
    admin().creates(key(name, "acme"));
  }

  /** An ApiKey with its Secret, as the operator writes it. */
  void delivered(String name) {
    issued(name);
    operator().creates(controlled(name, name, uid(name)));
  }

  String uid(String apiKey) {
    return admin().reads("apikey", apiKey, ".metadata.uid");
  }

  static String key(String name, String organization) {
    return """
    apiVersion: keygate.dev/v1alpha1
    kind: ApiKey
    metadata:
      name: %s
      namespace: demo
    spec:
      displayName: %s
      organizationRef:
        name: %s
      permissions: ["contacts:read"]
    """
        .formatted(name, name, organization);
  }

  static String organization(String name, String parent) {
    return """
    apiVersion: keygate.dev/v1alpha1
    kind: Organization
    metadata:
      name: %s
    spec:
      displayName: %s
    %s
    """
        .formatted(name, name, parent.isEmpty() ? "" : "  parentRef: {name: " + parent + "}");
  }

  static String secret(String name, String type) {
    return secret(name, type, "");
  }

  /**
   * A Secret.
   *
   * @param metadata a line of it, such as {@code labels: {a: b}}
   */
  static String secret(String name, String type, String metadata) {
    return """
    apiVersion: v1
    kind: Secret
    metadata:
      name: %s
      namespace: demo
      %s
    type: %s
    data: {api-key: c2VjcmV0}
    """
        .formatted(name, metadata, type);
  }

  /** A Secret as the operator writes it. */
  static String controlled(String name, String apiKey, String uid) {
    return """
    apiVersion: v1
    kind: Secret
    metadata:
      name: %s
      namespace: demo
      labels: {app.kubernetes.io/managed-by: keygate, keygate.dev/api-key-uid: %s}
      ownerReferences:
      - %s
    type: %s
    data: {api-key: c2VjcmV0}
    """
        .formatted(name, uid, owner(apiKey, uid, true), TYPE);
  }

  static String owner(String apiKey, String uid, boolean controller) {
    return "{apiVersion: keygate.dev/v1alpha1, kind: ApiKey, name: %s, uid: %s, controller: %s}"
        .formatted(apiKey, uid, controller);
  }
}
