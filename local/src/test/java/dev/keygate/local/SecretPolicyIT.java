package dev.keygate.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.keygate.local.stack.LocalStack;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody but the operator writes its Secrets; bob may write every other one in the namespace. */
@ExtendWith(BareStack.class)
class SecretPolicyIT {

  private static final Duration COLLECTION = Duration.ofMinutes(1);

  private static Tenants tenants;

  @BeforeAll
  static void prepare(LocalStack stack) throws Exception {
    tenants = Tenants.of(stack);
    tenants.issued("real");
  }

  static Stream<Arguments> posing() {
    return Stream.of(
        arguments("its type", Tenants.TYPE, ""),
        arguments("its uid label", "Opaque", "labels: {keygate.dev/api-key-uid: ''}"),
        arguments("its manager", "Opaque", "labels: {app.kubernetes.io/managed-by: keygate}"),
        arguments("a controlling ApiKey", "Opaque", owners(true)),
        arguments("all of it", Tenants.TYPE, owners(true)));
  }

  @ParameterizedTest(name = "a Secret with {0} is not created")
  @MethodSource("posing")
  void creationIsRefusedWhenSecretPosesAsOneOfKeygate(String mark, String type, String metadata) {
    String manifest = Tenants.secret("posing", type, metadata);
    Person bob = tenants.bob();

    assertThat(bob.isRefusedToCreate(manifest))
        .contains("keygate-secrets")
        .contains("Secret demo/posing is one of Keygate")
        .contains("expected the operator (system:serviceaccount:keygate-system:keygate-operator)")
        .contains("found user bob")
        .contains("raise spec.rotation.revision of the ApiKey or delete the Secret");
    assertThat(bob.isRefusedToApply(manifest, "--server-side")).contains("keygate-secrets");
    assertThat(bob.isRefusedToCreate(manifest.replace("name: posing", "generateName: posing-")))
        .contains("keygate-secrets");
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        arguments("another value", "{'data':{'api-key':'b2xk'}}"),
        arguments("another value in clear", "{'stringData':{'api-key':'old'}}"),
        arguments("one more entry", "{'data':{'more':'b2xk'}}"),
        arguments("no entries", "{'data':null}"),
        arguments("immutability", "{'immutable':true}"),
        arguments("a label", "{'metadata':{'labels':{'a':'b'}}}"),
        arguments("no labels", "{'metadata':{'labels':null}}"),
        arguments("an annotation", "{'metadata':{'annotations':{'a':'b'}}}"),
        arguments("a finalizer", "{'metadata':{'finalizers':['example.com/wait']}}"),
        arguments("no owner", "{'metadata':{'ownerReferences':null}}"));
  }

  @ParameterizedTest(name = "{0} is refused")
  @MethodSource("changes")
  void changeIsRefusedWhenSecretIsOneOfKeygate(String change, String patch) {
    String name = "changed-" + change.replace(' ', '-');
    tenants.delivered(name);

    assertThat(tenants.bob().isRefusedToPatch("secret", name, patch)).contains("keygate-secrets");
    assertThat(tenants.olga().patches("secret", name, patch)).contains("patched");
  }

  @Test
  void backupIsNotPutBack() {
    tenants.delivered("backed-up");
    String backup =
        tenants
            .bob()
            .does("get", "secret", "backed-up", "--namespace=demo", "--output=yaml")
            .replaceAll("(?m)^  (uid|resourceVersion|creationTimestamp):.*\n", "");
    String changed = backup.replace("c2VjcmV0", "b2xk");

    assertThat(tenants.bob().isRefusedToReplace(changed)).contains("keygate-secrets");
    assertThat(tenants.bob().isRefusedToApply(changed, "--server-side", "--force-conflicts"))
        .contains("keygate-secrets");
    tenants.bob().does("delete", "secret", "backed-up", "--namespace=demo");
    assertThat(tenants.bob().isRefusedToCreate(backup)).contains("keygate-secrets");
  }

  @Test
  void writingBackTheSamePasses() {
    tenants.delivered("the-same");

    String same =
        tenants.bob().does("get", "secret", "the-same", "--namespace=demo", "--output=yaml");

    assertThat(tenants.bob().replaces(same)).contains("replaced");
  }

  static Stream<Arguments> ordinary() {
    return Stream.of(
        arguments("nothing special", ""),
        arguments("other labels", "labels: {app.kubernetes.io/managed-by: helm, tenant: acme}"),
        arguments("an ApiKey that it goes with", owners(false)),
        arguments(
            "a controller of another kind",
            "ownerReferences: [{apiVersion: apps/v1, kind: ApiKey, name: a, uid: b,"
                + " controller: true}]"));
  }

  @ParameterizedTest(name = "a Secret with {0} is created, changed, and does not become one")
  @MethodSource("ordinary")
  void ordinarySecretIsNobodysBusinessUntilItPoses(String mark, String metadata) {
    String name = "with-" + mark.toLowerCase(Locale.ROOT).replace(' ', '-');
    Person bob = tenants.bob();

    assertThat(bob.creates(Tenants.secret(name, "Opaque", metadata))).contains("created");
    assertThat(bob.patches("secret", name, "{'data':null}")).contains("patched");
    assertThat(
            bob.isRefused(
                "label", "secret", name, "--namespace=demo", "keygate.dev/api-key-uid=forged"))
        .contains("keygate-secrets");
    assertThat(
            bob.isRefusedToPatch(
                "secret",
                name,
                "{'metadata':{'ownerReferences':[{'apiVersion':'keygate.dev/v1alpha1','kind':'ApiKey',"
                    + "'name':'real','uid':'%s','controller':true}]}}"
                        .formatted(tenants.uid("real"))))
        .contains("keygate-secrets");
  }

  @Test
  void overrideOpensItsNamespaceOnly() {
    String manifest = Tenants.secret("overridden", Tenants.TYPE);

    assertThat(tenants.olga().creates(manifest)).contains("created");
    assertThat(tenants.admin().patches("secret", "overridden", "{'data':null}"))
        .contains("patched");
    assertThat(
            tenants
                .olga()
                .isRefusedToCreate(manifest.replace("namespace: demo", "namespace: elsewhere")))
        .contains("keygate-secrets", "Secret elsewhere/overridden");
  }

  @Test
  void secretIsDeletedByWhoeverMayDeleteSecrets() {
    tenants.delivered("deleted");

    assertThat(tenants.bob().does("delete", "secret", "deleted", "--namespace=demo"))
        .contains("deleted");
  }

  @ParameterizedTest(name = "deleted with --cascade={0}, the Secret is gone")
  @ValueSource(strings = {"background", "foreground", "orphan"})
  void secretGoesWhenItIsDeleted(String cascade) {
    String name = "gone-" + cascade;
    tenants.delivered(name);

    tenants
        .bob()
        .does("delete", "secret", name, "--namespace=demo", "--cascade=" + cascade, "--wait=false");

    awaitGone("secret", name);
  }

  @ParameterizedTest(name = "deleted with --cascade={0}, the ApiKey is gone; its Secret stays: {1}")
  @MethodSource("cascades")
  void garbageCollectorDoesAsItIsTold(String cascade, boolean stays) {
    String name = "collected-" + cascade;
    tenants.delivered(name);

    tenants
        .bob()
        .does("delete", "apikey", name, "--namespace=demo", "--cascade=" + cascade, "--wait=false");

    awaitGone("apikey", name);
    if (stays) {
      assertThat(tenants.admin().reads("secret", name, ".metadata.ownerReferences")).isEmpty();
    } else {
      awaitGone("secret", name);
    }
  }

  static Stream<Arguments> cascades() {
    return Stream.of(
        arguments("background", false), arguments("foreground", false), arguments("orphan", true));
  }

  @Test
  void garbageCollectorWritesNoKey() {
    tenants.delivered("not-by-housekeeping");
    Person collector = tenants.named("system:serviceaccount:kube-system:generic-garbage-collector");

    assertThat(
            collector.isRefusedToPatch(
                "secret", "not-by-housekeeping", "{'data':{'api-key':'b2xk'}}"))
        .contains("keygate-secrets");
  }

  @Test
  void namespaceGoesWithItsSecrets() {
    Person admin = tenants.admin();
    admin.does("create", "namespace", "emptied");
    admin.creates(
        Tenants.secret("left", Tenants.TYPE).replace("namespace: demo", "namespace: emptied"));

    admin.does("delete", "namespace", "emptied", "--wait=false");

    awaitGone("namespace", "emptied");
  }

  @Test
  void policiesAreTypedWithoutWarning() {
    await()
        .atMost(COLLECTION)
        .untilAsserted(
            () ->
                assertThat(
                        tenants
                            .admin()
                            .does(
                                "get",
                                "validatingadmissionpolicies",
                                "--selector=app.kubernetes.io/name=keygate",
                                "--output=jsonpath={range .items[*]}{.metadata.name} "
                                    + "{.metadata.generation} {.status}{\"\\n\"}{end}")
                            .lines())
                    .hasSize(6)
                    .allMatch(
                        line ->
                            line.matches(
                                "[a-z-]+ (\\d+) \\{\"observedGeneration\":\\1,\"typeChecking\":\\{\\}\\}")));
  }

  private static void awaitGone(String kind, String name) {
    await(kind + " " + name)
        .atMost(COLLECTION)
        .untilAsserted(
            () ->
                assertThat(
                        tenants
                            .admin()
                            .does(
                                "get",
                                kind,
                                name,
                                "--namespace=demo",
                                "--ignore-not-found",
                                "--output=name"))
                    .isEmpty());
  }

  private static String owners(boolean controller) {
    return "ownerReferences: [" + Tenants.owner("real", tenants.uid("real"), controller) + "]";
  }
}
