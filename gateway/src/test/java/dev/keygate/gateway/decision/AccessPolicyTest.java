package dev.keygate.gateway.decision;

import static dev.keygate.gateway.view.ViewFixture.key;
import static dev.keygate.gateway.view.ViewFixture.organization;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.keygate.gateway.decision.Denied.Forbidden;
import dev.keygate.gateway.decision.Denied.Unauthenticated;
import dev.keygate.gateway.view.KeySnapshot;
import dev.keygate.gateway.view.Permission;
import dev.keygate.gateway.view.ViewFixture;
import dev.keygate.store.key.KeyHash;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class AccessPolicyTest {

  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
  private static final Permission READ = Permission.parse("contacts:read").orElseThrow();
  private static final RouteAccess ANY_KEY = keyed(new RequiredPermissions.None());
  private static final RouteAccess NEEDS_READ = keyed(new RequiredPermissions.Always(READ));
  private static final OrganizationClaim AMBIGUOUS = new OrganizationClaim.Ambiguous("twice");

  private static final KeySnapshot SNAPSHOT =
      ViewFixture.loaded(
              1,
              List.of(
                  organization("root", null),
                  organization("acme", "root", List.of("contacts:*"), false),
                  organization("acme-eu", "acme"),
                  organization("globex", "root"),
                  organization("asleep", "root", null, true),
                  organization("below", "asleep")),
              List.of(
                  key("k-root", "root", "*"),
                  key("k-acme", "acme", "*"),
                  key("k-eu", "acme-eu", "contacts:write"),
                  key("k-asleep", "asleep", "*"),
                  key("k-below", "below", "*"),
                  key("k-lost", "nowhere", "*"),
                  key("k-old", "acme", NOW, "*"),
                  key("k-new", "acme", NOW.plusMillis(1), "*")))
          .snapshot();

  static Stream<Arguments> refusals() {
    return Stream.of(
        argumentSet(
            "unknown key", presented("x"), ANY_KEY, own(), is(Unauthenticated.Reason.UNKNOWN_KEY)),
        argumentSet(
            "expired at this instant",
            presented("k-old"),
            ANY_KEY,
            own(),
            is(Unauthenticated.Reason.EXPIRED)),
        argumentSet(
            "suspended organization",
            presented("k-asleep"),
            ANY_KEY,
            own(),
            is(Unauthenticated.Reason.ORGANIZATION_INACTIVE)),
        argumentSet(
            "suspended ancestor",
            presented("k-below"),
            ANY_KEY,
            own(),
            is(Unauthenticated.Reason.ORGANIZATION_INACTIVE)),
        argumentSet(
            "unknown organization of the key",
            presented("k-lost"),
            ANY_KEY,
            own(),
            is(Unauthenticated.Reason.ORGANIZATION_INACTIVE)),
        argumentSet(
            "no key",
            new Credential.Unusable(Unauthenticated.Reason.MISSING_KEY),
            ANY_KEY,
            own(),
            is(Unauthenticated.Reason.MISSING_KEY)),
        argumentSet(
            "key before organization",
            presented("x"),
            ANY_KEY,
            AMBIGUOUS,
            is(Unauthenticated.Reason.UNKNOWN_KEY)),
        argumentSet(
            "sibling",
            presented("k-acme"),
            ANY_KEY,
            named("globex"),
            is(Forbidden.Reason.ORGANIZATION)),
        argumentSet(
            "parent", presented("k-eu"), ANY_KEY, named("acme"), is(Forbidden.Reason.ORGANIZATION)),
        argumentSet(
            "no such organization",
            presented("k-acme"),
            ANY_KEY,
            named("nobody"),
            is(Forbidden.Reason.ORGANIZATION)),
        argumentSet(
            "prefix of an id",
            presented("k-acme"),
            ANY_KEY,
            named("acm"),
            is(Forbidden.Reason.ORGANIZATION)),
        argumentSet(
            "other case of an id",
            presented("k-acme"),
            ANY_KEY,
            named("ACME"),
            is(Forbidden.Reason.ORGANIZATION)),
        argumentSet(
            "organization before permission",
            presented("k-eu"),
            NEEDS_READ,
            named("globex"),
            is(Forbidden.Reason.ORGANIZATION)),
        argumentSet(
            "ambiguous organization",
            presented("k-acme"),
            ANY_KEY,
            AMBIGUOUS,
            new Denied.Invalid("twice")),
        argumentSet(
            "permission not held",
            presented("k-eu"),
            NEEDS_READ,
            own(),
            is(Forbidden.Reason.PERMISSION)),
        argumentSet(
            "permission above the ceiling",
            presented("k-acme"),
            keyed(new RequiredPermissions.Always(permission("reports:read"))),
            own(),
            is(Forbidden.Reason.PERMISSION)),
        argumentSet(
            "method not listed",
            presented("k-root"),
            keyed(new RequiredPermissions.ByMethod(Map.of("POST", READ))),
            own(),
            is(Forbidden.Reason.PERMISSION)));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void decideRefuses(
      Credential credential, RouteAccess route, OrganizationClaim claim, Denied denied) {
    assertThat(decide(credential, route, claim, true)).isEqualTo(new Decision.Refused(denied));
  }

  static Stream<Arguments> permits() {
    return Stream.of(
        argumentSet("own organization", "k-acme", NEEDS_READ, own(), "acme", "contacts:*"),
        argumentSet(
            "own organization, named", "k-acme", ANY_KEY, named("acme"), "acme", "contacts:*"),
        argumentSet("descendant", "k-root", ANY_KEY, named("acme-eu"), "acme-eu", "*"),
        argumentSet(
            "suspended descendant of an active key",
            "k-root",
            ANY_KEY,
            named("below"),
            "below",
            "*"),
        argumentSet(
            "one millisecond before it expires", "k-new", ANY_KEY, own(), "acme", "contacts:*"),
        argumentSet(
            "method listed",
            "k-acme",
            keyed(new RequiredPermissions.ByMethod(Map.of("GET", READ))),
            own(),
            "acme",
            "contacts:*"));
  }

  @ParameterizedTest
  @MethodSource("permits")
  void decideAllows(
      String key,
      RouteAccess route,
      OrganizationClaim claim,
      String organization,
      String permissions) {
    assertThat(decide(presented(key), route, claim, true))
        .isInstanceOfSatisfying(
            Decision.Allowed.class,
            allowed -> {
              assertThat(allowed.principal().keyId()).isEqualTo(key);
              assertThat(allowed.principal().organization().id()).isEqualTo(organization);
              assertThat(allowed.principal().permissions().text()).isEqualTo(permissions);
            });
  }

  @Test
  void decideIsUnavailableWhenViewIsNotFresh() {
    assertThat(decide(presented("k-acme"), ANY_KEY, own(), false))
        .isInstanceOfSatisfying(
            Decision.Refused.class,
            refused -> assertThat(refused.denied()).isInstanceOf(Denied.Unavailable.class));
    assertThat(decide(presented("x"), ANY_KEY, own(), false))
        .isInstanceOfSatisfying(
            Decision.Refused.class,
            refused -> assertThat(refused.denied()).isInstanceOf(Denied.Unavailable.class));
  }

  @Test
  void decideAsksNobodyOnPublicRouteEvenWhenViewIsNotFresh() {
    assertThat(decide(presented("x"), new RouteAccess.Public(), AMBIGUOUS, false))
        .isInstanceOf(Decision.Anonymous.class);
  }

  private static Decision decide(
      Credential credential, RouteAccess route, OrganizationClaim claim, boolean fresh) {
    return AccessPolicy.decide(
        new AccessRequest(credential, route, "GET", claim), SNAPSHOT, fresh, NOW.toEpochMilli());
  }

  private static Credential presented(String key) {
    return new Credential.Presented(KeyHash.of(key), "live");
  }

  private static OrganizationClaim own() {
    return OrganizationClaim.OWN;
  }

  private static OrganizationClaim named(String id) {
    return new OrganizationClaim.Named(id);
  }

  private static RouteAccess keyed(RequiredPermissions permissions) {
    return new RouteAccess.Keyed(permissions);
  }

  private static Permission permission(String text) {
    return Permission.parse(text).orElseThrow();
  }

  private static Denied is(Unauthenticated.Reason reason) {
    return new Unauthenticated(reason);
  }

  private static Denied is(Forbidden.Reason reason) {
    return new Forbidden(reason);
  }
}
