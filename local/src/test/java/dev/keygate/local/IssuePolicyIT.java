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

/** Who may create an ApiKey, and change one so that it stays usable. */
@ExtendWith(BareStack.class)
class IssuePolicyIT {

  private static Tenants tenants;

  @BeforeAll
  static void prepare(LocalStack stack) throws Exception {
    tenants = Tenants.of(stack);
  }

  @Test
  void keyIsCreatedWhenUserMayIssueForTheOrganization() {
    assertThat(tenants.ann().creates(Tenants.key("issued-by-ann", "acme"))).contains("created");
    assertThat(tenants.pat().creates(Tenants.key("issued-by-pat", "globex"))).contains("created");
  }

  @Test
  void keyIsCreatedWhenPipelineOfExampleAppliesIt() {
    Person pipeline = tenants.withToken("demo", "acme-deployer");

    assertThat(pipeline.applies(Tenants.key("deployed", "acme-eu"), "--server-side"))
        .contains("serverside-applied");
    assertThat(pipeline.isRefusedToApply(Tenants.key("deployed-to-globex", "globex")))
        .contains("keygate-issue", "system:serviceaccount:demo:acme-deployer");
  }

  /** RBAC lets each of them write ApiKeys in the namespace. */
  @ParameterizedTest(name = "{0} issues no key of {1}")
  @CsvSource({
    "ann, globex",
    "ann, acme-eu-purchase",
    "bob, acme",
    "nat, acme",
    "olga, acme",
  })
  void creationIsRefusedWhenUserMayNotIssueForTheOrganization(String user, String organization) {
    assertThat(tenants.named(user).isRefusedToCreate(Tenants.key("refused", organization)))
        .contains("keygate-issue")
        .contains("user " + user + " may not issue keys of Organization " + organization)
        .contains("expected the verb issue on organizations.keygate.dev/" + organization)
        .contains("Ask the platform team for it (docs/tenancy.md)");
  }

  @Test
  void creationIsRefusedHoweverItIsAsked() {
    Person bob = tenants.bob();
    String key = Tenants.key("refused", "acme");
    String generated = key.replaceFirst("name: refused", "generateName: refused-");
    String revoked = key.replaceFirst("spec:\n", "spec:\n  revoked: true\n");

    assertThat(bob.isRefusedToCreate(generated)).contains("keygate-issue");
    assertThat(bob.isRefusedToApply(key)).contains("keygate-issue");
    assertThat(bob.isRefusedToApply(key, "--server-side")).contains("keygate-issue");
    assertThat(bob.isRefusedToCreate(revoked)).contains("keygate-issue");
  }

  @Test
  void creationIsRefusedByNameWhenOrganizationIsMissing() {
    assertThat(tenants.bob().isRefusedToCreate(Tenants.key("early", "not-yet")))
        .contains("organizations.keygate.dev/not-yet");
    assertThat(tenants.pat().creates(Tenants.key("early", "not-yet"))).contains("created");
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        arguments("more permissions", "{'spec':{'permissions':['*']}}"),
        arguments("fewer permissions", "{'spec':{'permissions':null}}"),
        arguments("another rotation", "{'spec':{'rotation':{'revision':7}}}"),
        arguments("another end", "{'spec':{'expiresAt':'2099-01-01T00:00:00Z'}}"),
        arguments("another limit", "{'spec':{'rateLimit':{'reads':100000}}}"),
        arguments("another name", "{'spec':{'displayName':'mine'}}"));
  }

  @ParameterizedTest(name = "{0}: refused without the right, accepted with it")
  @MethodSource("changes")
  void changeThatLeavesAKeyUnrevokedNeedsTheRight(String change, String patch) {
    String name = change.replace(' ', '-');
    tenants.issued(name);

    assertThat(tenants.bob().isRefusedToPatch("apikey", name, patch)).contains("keygate-issue");
    assertThat(tenants.ann().patches("apikey", name, patch)).contains("patched");
  }

  @Test
  void changeIsRefusedHoweverItIsAsked() {
    tenants.issued("widened");
    Person bob = tenants.bob();
    String wider =
        tenants
            .admin()
            .does("get", "apikey", "widened", "--namespace=demo", "--output=yaml")
            .replace("contacts:read", "contacts:*");

    assertThat(
            bob.isRefusedToPatch(
                "apikey", "widened", "[{'op':'add','path':'/spec/permissions/-','value':'*'}]"))
        .contains("keygate-issue");
    assertThat(
            bob.isRefusedToApply(
                Tenants.key("widened", "acme").replace("contacts:read", "contacts:*"),
                "--server-side",
                "--force-conflicts"))
        .contains("keygate-issue");
    assertThat(bob.isRefusedToReplace(wider)).contains("keygate-issue");
  }

  static Stream<Arguments> harmlessChanges() {
    return Stream.of(
        arguments("revoking", "{'spec':{'revoked':true}}"),
        arguments("revoking and more", "{'spec':{'revoked':true,'permissions':['*']}}"),
        arguments("a label", "{'metadata':{'labels':{'team':'b'}}}"),
        arguments("an annotation", "{'metadata':{'annotations':{'team':'b'}}}"),
        arguments("a finalizer", "{'metadata':{'finalizers':['example.com/wait']}}"),
        arguments("nothing", "{'spec':{'permissions':['contacts:read']}}"),
        arguments("the default", "{'spec':{'revoked':false}}"));
  }

  @ParameterizedTest(name = "{0} needs no right on the organization")
  @MethodSource("harmlessChanges")
  void changePassesWhenItLeavesNothingUsable(String change, String patch) {
    String name = change.replace(' ', '-');
    tenants.issued(name);

    assertThat(tenants.bob().patches("apikey", name, patch)).contains("patched");
  }

  @Test
  void applyingTheSameAgainPasses() {
    String manifest = Tenants.key("applied-again", "acme");
    tenants.ann().applies(manifest);

    assertThat(tenants.bob().applies(manifest)).contains("unchanged");
    assertThat(tenants.bob().applies(manifest, "--server-side", "--force-conflicts"))
        .contains("serverside-applied");
  }

  @Test
  void revokedKeyComesBackOnlyWithTheRight() {
    tenants.issued("taken-back");
    String back = "{'spec':{'revoked':false}}";
    tenants.bob().patches("apikey", "taken-back", "{'spec':{'revoked':true}}");
    tenants.bob().patches("apikey", "taken-back", "{'spec':{'revoked':true,'permissions':['*']}}");

    assertThat(tenants.bob().isRefusedToPatch("apikey", "taken-back", back))
        .contains("keygate-issue");
    assertThat(tenants.bob().isRefusedToPatch("apikey", "taken-back", "{'spec':{'revoked':null}}"))
        .contains("keygate-issue");
    assertThat(tenants.ann().patches("apikey", "taken-back", back)).contains("patched");
  }

  @Test
  void deletedKeyComesBackOnlyWithTheRight() {
    tenants.issued("made-anew");

    tenants.bob().does("delete", "apikey", "made-anew", "--namespace=demo");

    assertThat(tenants.bob().isRefusedToCreate(Tenants.key("made-anew", "acme")))
        .contains("keygate-issue");
  }

  @Test
  void statusTakesNoSpecAlong() {
    tenants.issued("by-status");

    tenants
        .admin()
        .patches(
            "apikey",
            "by-status",
            "{'spec':{'permissions':['*']},'status':{'keyId':'forged'}}",
            "--subresource=status");

    assertThat(tenants.admin().reads("apikey", "by-status", ".spec.permissions"))
        .isEqualTo("[\"contacts:read\"]");
    assertThat(
            tenants
                .ann()
                .isRefusedToPatch(
                    "apikey", "by-status", "{'status':{'keyId':'f'}}", "--subresource=status"))
        .contains("resource \"apikeys/status\" in API group \"keygate.dev\"");
  }
}
