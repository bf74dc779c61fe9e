package dev.keygate.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keygate.local.process.CommandFailedException;
import dev.keygate.local.stack.Kubectl;
import dev.keygate.local.stack.LocalStack;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The API server's answer to the fixtures: what it takes, and how it refuses. */
@ExtendWith(BareStack.class)
class CrdFixturesIT {

  private static final Path FIXTURES = BareStack.ROOT.resolve("crds/src/test/resources/fixtures");
  private static final Path CRDS = BareStack.ROOT.resolve("crds");
  private static final String NAMESPACE = "crd-fixtures";
  private static final Pattern DOCUMENT_END = Pattern.compile("(?m)^---$");

  @TempDir Path directory;

  @BeforeAll
  static void createNamespace(LocalStack stack) throws InterruptedException {
    stack.kubectl().run("create", "namespace", NAMESPACE);
  }

  static Stream<String> valid() throws IOException {
    return fixtures("valid-");
  }

  static Stream<String> invalid() throws IOException {
    return fixtures("invalid-");
  }

  @ParameterizedTest(name = "{0} is accepted")
  @MethodSource("valid")
  void applySucceedsWhenFixtureIsValid(String fixture, LocalStack stack) throws Exception {
    for (String document : documents(fixture)) {
      assertThat(apply(stack, document)).contains("serverside-applied");
    }
  }

  @ParameterizedTest(name = "{0} is refused with its message")
  @MethodSource("invalid")
  void applyIsRefusedWhenFixtureIsInvalid(String fixture, LocalStack stack) throws Exception {
    // Given
    List<String> documents = documents(fixture);
    for (String before : documents.subList(0, documents.size() - 1)) {
      apply(stack, before);
    }

    // When, then
    assertThatThrownBy(() -> apply(stack, documents.getLast(), "--dry-run=server"))
        .isInstanceOfSatisfying(
            CommandFailedException.class,
            refusal -> assertThat(refusal.output()).contains(expected(fixture)));
  }

  @Test
  void revocationIsAcceptedWhenStoredObjectBreaksEveryRule(LocalStack stack) throws Exception {
    // Given
    Kubectl kubectl = stack.kubectl();
    apply(stack, withoutRules("apikeys.yaml"));
    apply(stack, withoutRules("organizations.yaml"));
    awaitAccepted(stack, BROKEN_KEY);
    awaitAccepted(stack, BROKEN_ORGANIZATION);
    kubectl.apply(CRDS);
    awaitRefused(stack, documents("invalid-apikey-rate-limit-empty").getFirst());
    awaitRefused(stack, documents("invalid-organization-dotted-name").getFirst());

    // When
    String revoked = patch(kubectl, "apikey", "broken", "{\"spec\":{\"revoked\":true}}");
    String suspended =
        patch(kubectl, "organization", "broken.example.com", "{\"spec\":{\"suspended\":true}}");

    // Then
    assertThat(revoked).endsWith("\ntrue");
    assertThat(suspended).endsWith("\ntrue");
  }

  @Test
  void keysAreFoundByOrganizationAndEnvironmentWhenSelected(LocalStack stack) throws Exception {
    apply(stack, documents("valid-apikey-full").getFirst());

    String found =
        stack
            .kubectl()
            .run(
                "get",
                "apikeys",
                "--namespace=" + NAMESPACE,
                "--field-selector=spec.organizationRef.name=acme,spec.environment=test",
                "--output=name");

    assertThat(found).contains("apikey.keygate.dev/full").doesNotContain("/minimal");
  }

  /**
   * What no version has ever let pass would still block: a duration that can't be parsed fails the
   * rules that compare it, changed or not.
   */
  private static final String BROKEN_KEY =
      """
      apiVersion: keygate.dev/v1alpha1
      kind: ApiKey
      metadata:
        name: broken
      spec:
        organizationRef:
          name: Not_A_Name
        environment: Not an environment
        permissions: [contacts, "*:*", ""]
        secretName: Not_A_Secret
        expiresAt: tomorrow
        rotation: {every: 1ms, renewBefore: 3d, overlap: 1ms, quietPeriod: 1ms, revision: -1}
        rateLimit: {window: 900h}
        scopes: [unknown]
      """;

  private static final String BROKEN_ORGANIZATION =
      """
      apiVersion: keygate.dev/v1alpha1
      kind: Organization
      metadata:
        name: broken.example.com
      spec:
        permissions: [contacts]
        allowedNamespaces: {from: Selector}
      """;

  private static String patch(Kubectl kubectl, String kind, String name, String patch)
      throws InterruptedException {
    String field = patch.contains("revoked") ? "revoked" : "suspended";
    return kubectl.run(
        "patch",
        kind,
        name,
        "--namespace=" + NAMESPACE,
        "--type=merge",
        "--patch=" + patch,
        "--output=jsonpath={.spec." + field + "}");
  }

  /** The same resource, as a version that checked nothing would have had it. */
  private static String withoutRules(String file) throws IOException {
    CustomResourceDefinition crd =
        Serialization.unmarshal(
            Files.readString(CRDS.resolve(file)), CustomResourceDefinition.class);
    JSONSchemaProps anything = new JSONSchemaProps();
    anything.setType("object");
    anything.setXKubernetesPreserveUnknownFields(true);
    crd.getSpec().getVersions().getFirst().getSchema().setOpenAPIV3Schema(anything);
    crd.getSpec().getVersions().getFirst().setSelectableFields(List.of());
    return Serialization.asYaml(crd);
  }

  private void awaitAccepted(LocalStack stack, String document) {
    await()
        .ignoreException(CommandFailedException.class)
        .until(() -> apply(stack, document).contains("serverside-applied"));
  }

  private void awaitRefused(LocalStack stack, String document) {
    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> apply(stack, document, "--dry-run=server"))
                    .isInstanceOf(CommandFailedException.class));
  }

  private String apply(LocalStack stack, String document, String... options)
      throws IOException, InterruptedException {
    Path file = Files.writeString(directory.resolve("document.yaml"), document);
    return stack
        .kubectl()
        .run(
            Stream.concat(
                    Stream.of(
                        "apply",
                        "--server-side",
                        "--force-conflicts",
                        "--namespace=" + NAMESPACE,
                        "--filename=" + file),
                    Stream.of(options))
                .toArray(String[]::new));
  }

  private static Stream<String> fixtures(String prefix) throws IOException {
    try (Stream<Path> files = Files.list(FIXTURES)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(prefix))
          .map(name -> name.replace(".yaml", ""))
          .sorted()
          .toList()
          .stream();
    }
  }

  private static List<String> documents(String fixture) {
    return DOCUMENT_END.splitAsStream(read(fixture)).toList();
  }

  private static String expected(String fixture) {
    String first = read(fixture).lines().findFirst().orElseThrow();
    assertThat(first).startsWith("# expect: ");
    return first.substring("# expect: ".length());
  }

  private static String read(String fixture) {
    try {
      return Files.readString(FIXTURES.resolve(fixture + ".yaml"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
