package dev.keygate.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import dev.keygate.local.process.CommandFailedException;
import dev.keygate.local.stack.Kubectl;
import dev.keygate.local.stack.LocalStack;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The chart renders, and the API server takes what it renders, under Pod Security restricted. */
@ExtendWith(BareStack.class)
class HelmChartIT {

  private static final Path CHART = BareStack.ROOT.resolve("helm/keygate");
  private static final Path ROUTES = BareStack.ROOT.resolve("examples/gateway-routes.yaml");
  private static final String NAMESPACE = "helm-chart";

  @TempDir Path directory;

  @Test
  void lintFindsNothingWhenStrict() {
    var result = new Helm(CHART).lint().strict().call();

    assertThat(result.isFailed()).as(() -> String.join("\n", result.getMessages())).isFalse();
  }

  @Test
  void everyObjectAndPodIsAcceptedWhenNamespaceIsRestricted(LocalStack stack) throws Exception {
    // Given
    Kubectl kubectl = stack.kubectl();
    kubectl.run("create", "namespace", NAMESPACE);
    kubectl.run("label", "namespace", NAMESPACE, "pod-security.kubernetes.io/enforce=restricted");
    String manifests = template(NAMESPACE).withValuesFile(demoRoutes()).call();

    // When
    String applied = kubectl.apply(Files.writeString(directory.resolve("all.yaml"), manifests));

    // Then
    assertThat(applied.lines().filter(line -> line.contains("serverside-applied")))
        .hasSize(objects(manifests).size());
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () ->
                assertThat(
                        kubectl.run(
                            "get",
                            "replicasets",
                            "--namespace=" + NAMESPACE,
                            "--output=jsonpath={.items[*].status.replicas}"))
                    .isEqualTo("2 2"));
  }

  @Test
  void rolesNameWhatTheyAllowWhenRendered() {
    assertThat(objects(template(NAMESPACE).call()).stream().flatMap(HelmChartIT::rules))
        .isNotEmpty()
        .allSatisfy(
            rule ->
                assertThat(
                        Stream.of(rule.getVerbs(), rule.getResources(), rule.getApiGroups())
                            .flatMap(List::stream))
                    .isNotEmpty()
                    .doesNotContain("*"));
  }

  @Test
  void policiesNameTheAccountOfTheReleaseWhenRendered() {
    String manifests = template("blue-system").withName("blue").call();

    assertThat(policies(manifests))
        .hasSize(12)
        .anySatisfy(
            policy ->
                assertThat(policy).contains("'system:serviceaccount:blue-system:blue-operator'"))
        .noneSatisfy(policy -> assertThat(policy).contains("keygate-system"));
  }

  @Test
  void policiesAndRolesAreLeftOutWhenDisabled() {
    assertThat(policies(template(NAMESPACE).set("tenancy.policies.enabled", "false").call()))
        .isEmpty();
    assertThat(template(NAMESPACE).call()).contains("name: keygate-issuer");
    assertThat(template(NAMESPACE).set("tenancy.roles.enabled", "false").call())
        .doesNotContain("name: keygate-issuer");
  }

  /** The stack's operator has the account and the rights that the chart renders. */
  @ParameterizedTest(name = "operator may {0} {1} in {2}: {3}")
  @CsvSource({
    "patch, apikeys.keygate.dev, default, yes",
    "patch, apikeys.keygate.dev/status, default, yes",
    "create, apikeys.keygate.dev, default, no",
    "delete, apikeys.keygate.dev, default, no",
    "create, secrets, default, yes",
    "update, secrets, default, no",
    "deletecollection, secrets, default, no",
    "create, events.events.k8s.io, default, yes",
    "watch, namespaces, default, yes",
    "patch, namespaces, default, no",
    "patch, leases.coordination.k8s.io/keygate-operator, keygate-system, yes",
    "patch, leases.coordination.k8s.io/another, keygate-system, no",
    "create, leases.coordination.k8s.io, default, no",
    "get, pods, keygate-system, no",
  })
  void operatorMayDoWhatItNeedsAndNoMoreWhenAsked(
      String verb, String resource, String namespace, String answer, LocalStack stack)
      throws Exception {
    assertThat(canI(stack.kubectl(), verb, resource, namespace)).isEqualTo(answer);
  }

  @Test
  void renderingFailsAndNamesTheValueWhenDatabaseIsMissing() {
    assertThatThrownBy(() -> new Helm(CHART).template().withName("keygate").call())
        .hasMessageContaining("database.url is needed");
  }

  @Test
  void renderingFailsAndNamesTheValueWhenUnknown() {
    assertThatThrownBy(() -> template(NAMESPACE).set("gateway.replica", "3").call())
        .hasMessageContaining("replica");
  }

  @ParameterizedTest(name = "{0}={1} is refused")
  @CsvSource({
    "database.url, r2dbc:pool:postgresql://postgres:5432/keygate",
    "database.url, r2dbcs:postgresql://postgres:5432/keygate",
    "database.url, r2dbc:postgresql://postgres:5432",
    "database.url, r2dbc:postgresql://user:password@postgres:5432/keygate",
    "operator.leaseDuration, 0s",
    "operator.leaseDuration, 500ms",
    "operator.leaseDuration, two minutes",
    "operator.leaseOnStale, ignore",
    "operator.leaseServeFor, 0s",
    "operator.leaseServeFor, 10m",
    "operator.sweep.confirmedRevocations, -1",
    "operator.unusedAfter, 0h",
    "operator.unusedAfter, a month",
  })
  void renderingFailsAndNamesTheValueWhenTheOperatorWouldRefuseIt(String name, String value) {
    assertThatThrownBy(() -> template(NAMESPACE).set(name, value).call())
        .hasMessageContaining(name.substring(name.lastIndexOf('.') + 1));
  }

  @ParameterizedTest(name = "{0}={1} is an argument of the operator: {2}")
  @CsvSource({
    "operator.leaseDuration, 1s, --keygate.lease.duration=1s",
    "operator.leaseDuration, 1500ms, --keygate.lease.duration=1500ms",
    "operator.leaseOnStale, deny, --keygate.lease.on-stale=deny",
    "operator.unusedAfter, 2160h, --keygate.usage.unused-after=2160h",
    "operator.sweep.confirmedRevocations, 0, --keygate.sweep.confirmed-revocations=0",
    "operator.sweep.confirmedRevocations, 1234567, --keygate.sweep.confirmed-revocations=1234567",
  })
  void valueArrivesAtTheOperatorWhenItTakesIt(String name, String value, String argument) {
    assertThat(template(NAMESPACE).set(name, value).call().lines().map(String::strip))
        .contains("- " + argument);
  }

  @Test
  void gatewaysServeStaleForAsLongAsTheChartSaysWhenBothValuesAreGiven() {
    TemplateCommand serving = template(NAMESPACE).set("operator.leaseOnStale", "serve");

    assertThatThrownBy(serving::call).hasMessageContaining("operator.leaseServeFor is needed");
    assertThat(serving.set("operator.leaseServeFor", "10m").call().lines().map(String::strip))
        .contains("- --keygate.lease.on-stale=serve", "- --keygate.lease.serve-for=10m");
    assertThat(template(NAMESPACE).call()).doesNotContain("keygate.lease.serve-for");
  }

  @Test
  void routesOfTheExampleArriveUnchangedWhenGivenAsValue() throws Exception {
    String manifests = template(NAMESPACE).withValuesFile(demoRoutes()).call();

    String configuration =
        objects(manifests).stream()
            .filter(ConfigMap.class::isInstance)
            .map(ConfigMap.class::cast)
            .findFirst()
            .orElseThrow()
            .getData()
            .get("application.yaml");

    assertThat(Serialization.unmarshal(configuration, Object.class))
        .isEqualTo(Serialization.unmarshal(Files.readString(ROUTES), Object.class));
  }

  private static TemplateCommand template(String namespace) {
    return new Helm(CHART)
        .template()
        .withName("keygate")
        .withNamespace(namespace)
        .set("database.url", "r2dbc:postgresql://postgres:5432/keygate");
  }

  /** The routes of the example as values of the chart. */
  private Path demoRoutes() throws IOException {
    String routes = Files.readString(ROUTES);
    int begin = routes.indexOf("          routes:\n");
    return Files.writeString(
        directory.resolve("values.yaml"), "gateway:\n" + routes.substring(begin));
  }

  private static List<HasMetadata> objects(String manifests) {
    return Arrays.stream(manifests.split("(?m)^---$", -1))
        .filter(part -> part.contains("kind:"))
        .map(part -> Serialization.unmarshal(part, HasMetadata.class))
        .toList();
  }

  private static List<String> policies(String manifests) {
    return Arrays.stream(manifests.split("(?m)^---$", -1))
        .filter(part -> part.contains("\nkind: ValidatingAdmissionPolicy"))
        // What people read first speaks of the account that the file itself has.
        .map(part -> part.replaceAll("(?m)^#.*\n", ""))
        .toList();
  }

  private static Stream<PolicyRule> rules(HasMetadata object) {
    return switch (object) {
      case ClusterRole role -> role.getRules().stream();
      case Role role -> role.getRules().stream();
      default -> Stream.empty();
    };
  }

  private static String canI(Kubectl kubectl, String verb, String resource, String namespace)
      throws InterruptedException {
    boolean subresource = resource.endsWith("/status");
    String[] question = {
      "auth",
      "can-i",
      verb,
      subresource ? resource.replace("/status", "") : resource,
      "--namespace=" + namespace,
      "--as=system:serviceaccount:keygate-system:keygate-operator",
      subresource ? "--subresource=status" : "--quiet=false"
    };
    try {
      return lastLine(kubectl.run(question));
    } catch (CommandFailedException refused) {
      return lastLine(refused.output());
    }
  }

  /** What comes before it are warnings. */
  private static String lastLine(String output) {
    return output.strip().lines().reduce("", (_, line) -> line);
  }
}
