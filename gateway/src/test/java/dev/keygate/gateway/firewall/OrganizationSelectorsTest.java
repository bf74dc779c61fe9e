package dev.keygate.gateway.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.gateway.decision.OrganizationClaim;
import dev.keygate.gateway.firewall.RequestHeaders.Selector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OrganizationSelectorsTest {

  private static final Selector ABSENT = new Selector.Absent();

  @Test
  void readIsOwnWhenNothingNamesAnOrganization() {
    assertThat(read(null, "/a", ABSENT)).isEqualTo(OrganizationClaim.OWN);
    assertThat(read(null, "/a?organization=x&id=y&organization_ids=z", ABSENT))
        .isEqualTo(OrganizationClaim.OWN);
  }

  @Test
  void readIsNamedWhenAllAgree() {
    OrganizationClaim acme = new OrganizationClaim.Named("acme");

    assertThat(read("acme", "/a", ABSENT)).isEqualTo(acme);
    assertThat(read(null, "/a?x=1&organization_id=acme", ABSENT)).isEqualTo(acme);
    assertThat(read(null, "/a?organizationId=acme&x", ABSENT)).isEqualTo(acme);
    assertThat(read(null, "/a", new Selector.Once("acme"))).isEqualTo(acme);
    assertThat(read("acme", "/a?organization_id=acme", new Selector.Once("acme"))).isEqualTo(acme);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "organization_id=acme&organization_id=acme",
        "organization_id=acme&organizationId=acme",
        "organization_id=globex",
        "organization_id=",
        "organization_id",
        "organization_id=a.b",
        "organization_id=%61cme",
        "organization_id=acme;x",
        "organization_id=acme%00",
        "ORGANIZATION_ID=acme",
        "organizationid=acme",
        "organization-id=acme",
        "organization.id=acme",
        "organization+id=acme",
        "organization%20id=acme",
        "organization%5fid=acme",
        "organization%255fid=acme",
        "%6frganization_id=acme",
        "organization_id%00=acme",
        "organization_id[]=acme",
        "organization_id[0]=acme",
        "organization_id%5B%5D=acme",
        "_organization_id=acme",
        "organ%C4%B1zation_id=acme",
        "organization_%C4%B1d=acme",
        "organization_id%3dacme",
        "x=%26organization_id=acme",
        "x=%2526organization_id%253Dacme",
        "[organization_id]=acme",
        "organization%2525252525255fid=acme",
        "%EF%BD%8Frganization_id=acme",
        "x=1;organization_id=acme",
        "x=1;organizationId=globex&y"
      })
  void readIsAmbiguousWhenSomeReaderCouldSeeAnotherOrganization(String query) {
    assertThat(read("acme", "/a?" + query, ABSENT)).isInstanceOf(OrganizationClaim.Ambiguous.class);
  }

  @Test
  void readIsAmbiguousWhenHeaderRepeatsDisagreesOrLooksAlike() {
    assertThat(read("acme", "/a", new Selector.Repeated()))
        .isInstanceOf(OrganizationClaim.Ambiguous.class);
    assertThat(read("acme", "/a", new Selector.Alias()))
        .isInstanceOf(OrganizationClaim.Ambiguous.class);
    assertThat(read("acme", "/a", new Selector.Once("globex")))
        .isInstanceOf(OrganizationClaim.Ambiguous.class);
    assertThat(read(null, "/a", new Selector.Once(" acme")))
        .isInstanceOf(OrganizationClaim.Ambiguous.class);
  }

  private static OrganizationClaim read(@Nullable String segment, String raw, Selector header) {
    return OrganizationSelectors.read(
        segment, (RequestTarget.Canonical) RequestTarget.of(raw), header);
  }
}
