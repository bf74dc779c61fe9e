package dev.keygate.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.local.stack.LocalStack;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Who may put an Organization where. Carl adopts for acme and acme-eu, pat for all, dora for none.
 */
@ExtendWith(BareStack.class)
class AdoptPolicyIT {

  private static Tenants tenants;

  @BeforeAll
  static void prepare(LocalStack stack) throws Exception {
    tenants = Tenants.of(stack);
  }

  @ParameterizedTest(name = "{0} creates {1}, below \"{2}\"")
  @CsvSource({
    "carl, below-acme, acme",
    "carl, below-acme-eu, acme-eu",
    "pat, below-globex, globex",
    "pat, below-nothing-yet, not-yet",
    "pat, another-root, ''",
  })
  void organizationIsCreatedWhenUserMayAdoptForItsParent(String user, String name, String parent) {
    assertThat(tenants.named(user).creates(Tenants.organization(name, parent))).contains("created");
  }

  @ParameterizedTest(name = "{0} creates nothing below \"{1}\"")
  @CsvSource({
    "carl, globex, organizations.keygate.dev/globex",
    "carl, acme-eu-sales, organizations.keygate.dev/acme-eu-sales",
    "carl, '', every organization (a ClusterRole without resourceNames)",
    "dora, acme, organizations.keygate.dev/acme",
    "dora, '', every organization (a ClusterRole without resourceNames)",
  })
  void creationIsRefusedWhenUserMayNotAdoptForTheParent(
      String user, String parent, String expected) {
    String manifest = Tenants.organization("refused", parent);

    assertThat(tenants.named(user).isRefusedToCreate(manifest))
        .contains("keygate-adopt")
        .contains("user " + user + " may not put Organization refused")
        .contains(parent.isEmpty() ? "at the root" : "below " + parent)
        .contains("expected the verb adopt on " + expected)
        .contains("docs/tenancy.md");
    assertThat(tenants.named(user).isRefusedToApply(manifest, "--server-side"))
        .contains("keygate-adopt");
  }

  @ParameterizedTest(name = "{0} moves from \"{1}\" to \"{2}\"")
  @CsvSource({
    "carl, acme, acme-eu",
    "pat, acme, globex",
    "pat, acme, ''",
    "pat, '', acme",
  })
  void moveIsAcceptedWhenUserMayAdoptForBothParents(String user, String from, String to) {
    String name = name(user, from, to);
    tenants.admin().creates(Tenants.organization(name, from));

    assertThat(move(tenants.named(user), name, to)).contains("patched");
  }

  @ParameterizedTest(name = "{0} moves nothing from \"{1}\" to \"{2}\": {3}")
  @CsvSource({
    "carl, acme, globex, 'may not put Organization X below globex'",
    "carl, globex, acme, 'may not take Organization X from below globex'",
    "carl, acme, '', 'may not put Organization X at the root'",
    "carl, '', acme, 'may not take Organization X from the root'",
    "dora, acme, acme-eu, 'may not put Organization X below acme-eu'",
    "dora, acme, '', 'may not put Organization X at the root'",
    "dora, '', acme, 'may not put Organization X below acme'",
  })
  void moveIsRefusedWhenUserMayNotAdoptForBothParents(
      String user, String from, String to, String expected) {
    String name = name(user, from, to);
    tenants.admin().creates(Tenants.organization(name, from));

    assertThat(tenants.named(user).isRefusedToPatch("organization", name, patch(to)))
        .contains("keygate-adopt")
        .contains(expected.replace("X", name));
    assertThat(tenants.named(user).isRefusedToReplace(Tenants.organization(name, to)))
        .contains("keygate-adopt");
  }

  /** RBAC says who may write an Organization at all; whoever may, decides about what it grants. */
  @Test
  void changeThatMovesNothingNeedsNoMoreThanRbac() {
    tenants.admin().creates(Tenants.organization("stays", "globex"));

    assertThat(
            tenants
                .dora()
                .patches(
                    "organization",
                    "stays",
                    "{'spec':{'suspended':true,'allowedNamespaces':{'from':'All'}}}"))
        .contains("patched");
    assertThat(tenants.dora().applies(Tenants.organization("stays", "globex")))
        .contains("configured");
    assertThat(
            tenants.ann().isRefusedToPatch("organization", "acme", "{'spec':{'suspended':false}}"))
        .contains("cannot patch resource \"organizations\"");
  }

  @Test
  void deletedOrganizationComesBackElsewhereOnlyWithTheRight() {
    tenants.admin().creates(Tenants.organization("recreated", "globex"));

    tenants.dora().does("delete", "organization", "recreated");

    assertThat(tenants.dora().isRefusedToCreate(Tenants.organization("recreated", "")))
        .contains("keygate-adopt");
  }

  private static String name(String user, String from, String to) {
    return user
        + "-from-"
        + (from.isEmpty() ? "root" : from)
        + "-to-"
        + (to.isEmpty() ? "root" : to);
  }

  private static String move(Person person, String name, String to) {
    return person.patches("organization", name, patch(to));
  }

  private static String patch(String parent) {
    return "{'spec':{'parentRef':"
        + (parent.isEmpty() ? "null" : "{'name':'" + parent + "'}")
        + "}}";
  }
}
