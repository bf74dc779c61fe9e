package dev.keygate.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.local.stack.LocalStack;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may take the finalizer off an ApiKey, so that it goes before its key is revoked. */
@ExtendWith(BareStack.class)
class FinalizerPolicyIT {

  private static final String FINALIZED = "{'metadata':{'finalizers':['keygate.dev/api-key']}}";
  private static final String WITHOUT = "{'metadata':{'finalizers':null}}";

  private static Tenants tenants;

  @BeforeAll
  static void prepare(LocalStack stack) throws Exception {
    tenants = Tenants.of(stack);
  }

  @ParameterizedTest(name = "{0} takes no finalizer away")
  @ValueSource(strings = {"ann", "bob", "pat"})
  void finalizerStaysWhenSomebodyWritesTheApiKey(String user) {
    finalized("kept-from-" + user);

    assertThat(tenants.named(user).isRefusedToPatch("apikey", "kept-from-" + user, WITHOUT))
        .contains("keygate-finalizers")
        .contains("user " + user + " may not take the finalizer keygate.dev/api-key off")
        .contains("ApiKey demo/kept-from-" + user);
  }

  @Test
  void finalizerStaysHoweverItIsAsked() {
    finalized("asked");
    Person bob = tenants.bob();
    String manifest =
        tenants.admin().does("get", "apikey", "asked", "--namespace=demo", "--output=yaml");

    assertThat(
            bob.isRefusedToPatch(
                "apikey", "asked", "[{'op':'remove','path':'/metadata/finalizers/0'}]"))
        .contains("keygate-finalizers");
    assertThat(
            bob.isRefusedToPatch(
                "apikey", "asked", "{'metadata':{'finalizers':['example.com/wait']}}"))
        .contains("keygate-finalizers");
    assertThat(bob.isRefusedToReplace(manifest.replace("- keygate.dev/api-key", "- a.b/c")))
        .contains("keygate-finalizers");
    assertThat(
            bob.isRefusedToPatch(
                "apikey", "asked", "{'spec':{'revoked':true},'metadata':{'finalizers':null}}"))
        .contains("keygate-finalizers");
  }

  @Test
  void deletionWaitsForTheOperator() {
    finalized("deleted");

    tenants.bob().does("delete", "apikey", "deleted", "--namespace=demo", "--wait=false");

    assertThat(tenants.bob().isRefusedToPatch("apikey", "deleted", WITHOUT))
        .contains("keygate-finalizers");
    tenants.operator().patches("apikey", "deleted", WITHOUT);
    tenants.admin().does("wait", "--for=delete", "apikey/deleted", "--namespace=demo");
  }

  /** The administrator has every verb, olga the verb override, nat all of them in the namespace. */
  @ParameterizedTest(name = "{0} takes a stuck finalizer away")
  @CsvSource({"olga", "nat"})
  void finalizerIsTakenAwayInAnEmergency(String user) {
    finalized("stuck-for-" + user);

    assertThat(tenants.named(user).patches("apikey", "stuck-for-" + user, WITHOUT))
        .contains("patched");
  }

  @Test
  void finalizerIsTakenAwayByTheAdministrator() {
    finalized("stuck");

    assertThat(tenants.admin().patches("apikey", "stuck", WITHOUT)).contains("patched");
  }

  @Test
  void otherFinalizersAreNobodysBusiness() {
    finalized("with-others");

    tenants
        .bob()
        .patches(
            "apikey",
            "with-others",
            "{'metadata':{'finalizers':['keygate.dev/api-key','example.com/wait']}}");
    assertThat(tenants.bob().patches("apikey", "with-others", FINALIZED)).contains("patched");
  }

  private static void finalized(String name) {
    tenants.issued(name);
    tenants.operator().patches("apikey", name, FINALIZED);
  }
}
