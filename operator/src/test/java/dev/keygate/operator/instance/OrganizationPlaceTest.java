package dev.keygate.operator.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.crds.v1alpha1.Organization;
import dev.keygate.crds.v1alpha1.OrganizationRef;
import dev.keygate.crds.v1alpha1.OrganizationSpec;
import dev.keygate.crds.v1alpha1.OrganizationStatus;
import dev.keygate.operator.condition.ConditionType;
import dev.keygate.operator.condition.Conditions;
import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.condition.Verdict;
import dev.keygate.operator.condition.Verdicts;
import dev.keygate.store.read.OrganizationRecord;
import dev.keygate.store.write.Command.PutOrganization;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The backup has the organization below "old", not suspended, with a ceiling. */
class OrganizationPlaceTest {

  private static final List<String> CEILING = List.of("contacts:*");
  private static final OrganizationRecord ROW =
      new OrganizationRecord(
          "uid", "crm", "crm", "old", "CRM", CEILING, false, 1, 0, Instant.EPOCH, Instant.EPOCH);

  @Test
  void wantedIsTheSpecWhenItWasAccepted() {
    Organization live = organization("new-resource", true, Verdict.Status.True);

    assertThat(place(live).wanted()).isEqualTo(put("new", null, true));
  }

  @Test
  void wantedIsTheSpecWhenNobodyHasLookedAtItYet() {
    Organization live = organization("new-resource", true, Verdict.Status.False);
    live.getMetadata().setGeneration(2L);

    assertThat(place(live).wanted()).isEqualTo(put("new", null, true));
  }

  @Test
  void wantedIsTheLastAcceptedPlaceWhenTheSpecHadBeenRefused() {
    Organization live = organization("missing", false, Verdict.Status.False);
    live.getStatus().setPath(List.of("root", "new", "crm"));
    live.getStatus().setPermissions(CEILING);

    assertThat(place(live).wanted()).isEqualTo(put("new", CEILING, false));
  }

  @Test
  void wantedStaysSuspendedWhenItWasSoBeforeTheSpecWasRefused() {
    Organization live = organization("missing", false, Verdict.Status.False);
    live.getStatus().setPath(List.of("crm"));
    live.getStatus().setSuspended(true);

    assertThat(place(live).wanted()).isEqualTo(put(null, null, true));
  }

  @Test
  void wantedChangesNothingWhenTheRefusedOrganizationIsWhereItWas() {
    Organization live = organization("missing", false, Verdict.Status.False);
    live.getStatus().setPath(List.of("old", "crm"));
    live.getStatus().setPermissions(CEILING);

    assertThat(OrganizationPlace.isAt(ROW, place(live).wanted())).isTrue();
  }

  @Test
  void acceptedIsSuspendedWhenTheStatusTellsOfNoPlace() {
    Organization live = organization("missing", false, Verdict.Status.False);

    assertThat(place(live).accepted()).isEqualTo(put("old", CEILING, true));
  }

  @Test
  void wantedIsTheSpecOfAnOrganizationThatWasMadeAgain() {
    Organization live = organization("new-resource", true, Verdict.Status.True);
    live.getMetadata().setUid("made-again");

    assertThat(place(live).wanted())
        .isEqualTo(new PutOrganization("made-again", "crm", "crm", "new", "CRM", null, true));
    assertThat(place(live).suspended().uid()).isEqualTo("made-again");
  }

  @Test
  void rowMovesToTheNewUidEvenWhenNothingElseIsDifferent() {
    Organization live = organization("old", false, Verdict.Status.True);
    live.getSpec().setPermissions(CEILING);
    assertThat(OrganizationPlace.isAt(ROW, place(live).wanted())).isTrue();

    live.getMetadata().setUid("made-again");
    assertThat(OrganizationPlace.isAt(ROW, place(live).wanted())).isFalse();
  }

  @Test
  void rowIsSuspendedWhenNoResourceSpeaksForIt() {
    Organization other = organization("new-resource", false, Verdict.Status.True);
    other.getMetadata().setName("other");
    Organization withAnotherId = organization("new-resource", false, Verdict.Status.True);
    withAnotherId.getSpec().setId("crm-2");

    for (List<Organization> live :
        List.of(List.<Organization>of(), List.of(other), List.of(withAnotherId))) {
      assertThat(OrganizationPlace.all(live, List.of(ROW)))
          .extracting(OrganizationPlace::wanted)
          .containsExactly(put("old", CEILING, true));
    }
  }

  private static OrganizationPlace place(Organization live) {
    Organization parent = organization("old", false, Verdict.Status.True);
    parent.getMetadata().setName("new-resource");
    parent.getSpec().setId("new");
    return OrganizationPlace.all(List.of(parent, live), List.of(ROW)).getFirst();
  }

  private static PutOrganization put(
      @Nullable String parent, @Nullable List<String> permissions, boolean suspended) {
    return new PutOrganization("uid", "crm", "crm", parent, "CRM", permissions, suspended);
  }

  private static Organization organization(
      String parent, boolean suspended, Verdict.Status accepted) {
    Organization live = new Organization();
    live.setMetadata(
        new ObjectMetaBuilder().withName("crm").withUid("uid").withGeneration(1L).build());
    OrganizationRef ref = new OrganizationRef();
    ref.setName(parent);
    live.setSpec(new OrganizationSpec());
    live.getSpec().setParentRef(ref);
    live.getSpec().setSuspended(suspended);
    live.setStatus(new OrganizationStatus());
    live.getStatus()
        .setConditions(
            Conditions.merge(
                null,
                new Verdicts(
                    Map.of(
                        ConditionType.Accepted,
                        new Verdict(accepted, Reason.OrganizationNotFound, "said"))),
                1,
                Instant.EPOCH));
    return live;
  }
}
