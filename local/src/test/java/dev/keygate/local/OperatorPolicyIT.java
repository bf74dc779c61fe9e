package dev.keygate.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.keygate.local.stack.LocalStack;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the operator's account can't do though RBAC lets it: with its own token, as its pod has. */
@ExtendWith(BareStack.class)
class OperatorPolicyIT {

  private static Tenants tenants;
  private static Person operator;

  @BeforeAll
  static void prepare(LocalStack stack) throws Exception {
    tenants = Tenants.of(stack);
    operator = tenants.withToken("keygate-system", "keygate-operator");
  }

  @Test
  void secretOfAnApiKeyIsWrittenChangedAndDeleted() {
    tenants.issued("own");
    String uid = tenants.uid("own");

    operator.creates(Tenants.controlled("own", "own", uid));
    operator.patches("secret", "own", "{'data':{'api-key':'YW5vdGhlcg=='}}");
    operator.does("delete", "secret", "own", "--namespace=demo");
  }

  static Stream<Arguments> foreign() {
    String type = Tenants.TYPE;
    return Stream.of(
        arguments("an ordinary one", "Opaque", ""),
        arguments("one without an owner", type, ""),
        arguments("one that an ApiKey only shares", type, owners("ApiKey", "keygate.dev", false)),
        arguments("one of a Deployment", type, owners("Deployment", "apps", true)),
        arguments("one of somebody else's ApiKey", type, owners("ApiKey", "example.com", true)),
        arguments("one of another type", "Opaque", owners("ApiKey", "keygate.dev", true)),
        arguments(
            "a token of another account",
            "kubernetes.io/service-account-token",
            "annotations: {kubernetes.io/service-account.name: default}"));
  }

  @ParameterizedTest(name = "{0} is not created")
  @MethodSource("foreign")
  void foreignSecretIsNotCreated(String secret, String type, String metadata) {
    assertThat(operator.isRefusedToCreate(Tenants.secret("foreign", type, metadata)))
        .contains("keygate-operator-secrets")
        .contains("expected type servicebinding.io/keygate and a controlling ApiKey")
        .contains("found type " + type);
  }

  @Test
  void foreignSecretIsNeitherChangedNorDeletedNorTakenOver() {
    tenants.admin().creates(Tenants.secret("of-others", "Opaque"));
    tenants.admin().creates(Tenants.secret("without-owner", Tenants.TYPE));
    String takeOver = "{'metadata':{" + quoted(owners("ApiKey", "keygate.dev", true)) + "}}";

    for (String secret : new String[] {"of-others", "without-owner"}) {
      assertThat(operator.isRefusedToPatch("secret", secret, "{'data':{'api-key':'YQ=='}}"))
          .contains("keygate-operator-secrets");
      assertThat(operator.isRefusedToPatch("secret", secret, takeOver))
          .contains("keygate-operator-secrets");
      assertThat(operator.isRefused("delete", "secret", secret, "--namespace=demo"))
          .contains("keygate-operator-secrets");
    }
  }

  @Test
  void ownSecretIsNotSetFree() {
    tenants.delivered("set-free");

    assertThat(
            operator.isRefusedToPatch(
                "secret", "set-free", "{'metadata':{'ownerReferences':null}}"))
        .contains("keygate-operator-secrets");
  }

  @ParameterizedTest(name = "{0} {1} keeps its spec: {2}")
  @CsvSource(
      delimiter = ';',
      value = {
        "organization; acme; {'spec':{'suspended':true}}; operator-wishes",
        "organization; acme; {'spec':{'allowedNamespaces':{'from':'All','selector':null}}}; operator-wishes",
        "organization; acme-eu; {'spec':{'parentRef':{'name':'globex'}}}; operator-wishes|adopt",
        "apikey; wished; {'spec':{'permissions':['*']}}; operator-wishes|issue",
        "apikey; wished; {'spec':{'revoked':true}}; operator-wishes",
      })
  void wishOfAPersonIsNotChanged(String kind, String name, String patch, String policies) {
    if (kind.equals("apikey")) {
      tenants.ann().applies(Tenants.key(name, "acme"));
    }

    // Where a right on organizations is missing as well, either policy answers first.
    assertThat(operator.isRefusedToPatch(kind, name, patch))
        .containsPattern("'keygate-(" + policies + ")'");
  }

  @Test
  void finalizersAreWritten() {
    tenants.issued("finalized");

    for (String[] object : new String[][] {{"apikey", "finalized"}, {"organization", "globex"}}) {
      operator.patches(object[0], object[1], "{'metadata':{'finalizers':['keygate.dev/store']}}");
      operator.patches(object[0], object[1], "{'metadata':{'finalizers':null}}");
    }
  }

  private static String owners(String kind, String group, boolean controller) {
    return "ownerReferences: [{apiVersion: %s/v1alpha1, kind: %s, name: a, uid: b, controller: %s}]"
        .formatted(group, kind, controller);
  }

  /** The same as JSON. */
  private static String quoted(String yaml) {
    return yaml.replaceAll("([a-zA-Z][\\w./]*)", "'$1'").replace("'true'", "true");
  }
}
