package dev.keygate.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.keygate.gateway.decision.RequiredPermissions;
import dev.keygate.gateway.decision.RouteAccess;
import dev.keygate.gateway.settings.SettingException;
import dev.keygate.gateway.view.Permission;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class RouteMetadataTest {

  @Test
  void readNeedsAValidKeyWhenThereIsNoMetadata() {
    assertThat(RouteMetadata.read("r", Map.of("response-timeout", 300)))
        .isEqualTo(new RouteMetadata(new RouteAccess.Keyed(new RequiredPermissions.None()), null));
  }

  @Test
  void readDecidesHeadLikeGetUnlessListed() {
    assertThat(permissions(Map.of("GET", "a:read", "POST", "a:write")))
        .isEqualTo(
            new RequiredPermissions.ByMethod(
                Map.of(
                    "GET", permission("a:read"),
                    "HEAD", permission("a:read"),
                    "POST", permission("a:write"))));
    assertThat(permissions(Map.of("GET", "a:read", "HEAD", "a:head")))
        .isEqualTo(
            new RequiredPermissions.ByMethod(
                Map.of("GET", permission("a:read"), "HEAD", permission("a:head"))));
  }

  @Test
  void readTakesOnePermissionForAllMethods() {
    assertThat(permissions("a:read"))
        .isEqualTo(new RequiredPermissions.Always(permission("a:read")));
  }

  @Test
  void readAcceptsBothWaysOfNesting() {
    assertThat(RouteMetadata.read("r", Map.of("keygate.public", "true")))
        .isEqualTo(RouteMetadata.read("r", Map.of("keygate", Map.of("public", true))))
        .isEqualTo(new RouteMetadata(new RouteAccess.Public(), null));
    assertThat(
            RouteMetadata.read("r", Map.of("keygate", Map.of("organization", Map.of("path", "o"))))
                .organizationVariable())
        .isEqualTo("o");
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        argumentSet("unknown key", Map.of("publik", true), "keygate.publik"),
        argumentSet("not a flag", Map.of("public", "yes"), "keygate.public"),
        argumentSet(
            "not a method", Map.of("permissions", Map.of("GTE", "a:b")), "keygate.permissions.GTE"),
        argumentSet(
            "method in lower case",
            Map.of("permissions", Map.of("get", "a:b")),
            "keygate.permissions.get"),
        argumentSet("not a permission", Map.of("permissions", "read"), "keygate.permissions"),
        argumentSet(
            "a wildcard", Map.of("permissions", Map.of("GET", "a:*")), "keygate.permissions.GET"),
        argumentSet("a list", Map.of("permissions", List.of("a:b")), "keygate.permissions"),
        argumentSet("no permission", Map.of("permissions", Map.of()), "keygate.permissions"),
        argumentSet(
            "unknown selector",
            Map.of("organization", Map.of("body", true)),
            "keygate.organization.body"),
        argumentSet(
            "no variable", Map.of("organization", Map.of("path", "")), "keygate.organization.path"),
        argumentSet("not a map", Map.of("organization", "path"), "keygate.organization"),
        argumentSet(
            "public with permissions",
            Map.of("public", true, "permissions", "a:b"),
            "keygate.public"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void readNamesRouteAndKeyWhenThereIsAMistake(Map<String, Object> keygate, String key) {
    assertThatThrownBy(() -> RouteMetadata.read("shop", Map.of("keygate", keygate)))
        .isInstanceOf(SettingException.class)
        .hasMessageStartingWith("route \"shop\": " + key + " ");
  }

  @Test
  void readRefusesKeysThatAreAlmostKeygate() {
    assertThatThrownBy(() -> RouteMetadata.read("shop", Map.of("Keygate.public", true)))
        .hasMessageContaining("\"shop\"")
        .hasMessageContaining("Keygate.public");
    assertThatThrownBy(() -> RouteMetadata.read("shop", Map.of("keygate-public", true)))
        .hasMessageContaining("keygate-public");
  }

  @Test
  void shapeFindsTheOrganizationSegment() {
    assertThat(PathShape.of("r", "/v1/orgs/{org}/**", "org")).isEqualTo(new PathShape(2, 3));
    assertThat(PathShape.of("r", "/{a}/*/{org:[a-z]+}", "org")).isEqualTo(new PathShape(2, 3));
    assertThat(PathShape.of("r", "/v1/contacts/**", null)).isEqualTo(new PathShape(-1, 2));
    assertThat(PathShape.of("r", "/{any}", null)).isEqualTo(new PathShape(-1, 0));
  }

  @Test
  void shapeRefusesPatternsWithoutTheVariableAsAWholeSegment() {
    assertThatThrownBy(() -> PathShape.of("shop", "/v1/**", "org"))
        .hasMessageContaining("\"shop\"")
        .hasMessageContaining("/v1/**");
    assertThatThrownBy(() -> PathShape.of("shop", "/v1/**/{org}", "org"))
        .isInstanceOf(SettingException.class);
    assertThatThrownBy(() -> PathShape.of("shop", "/v1/x{org}/y", "org"))
        .isInstanceOf(SettingException.class);
  }

  @Test
  void shapeRefusesAnOrganizationVariableThatIsNotDeclared() {
    assertThatThrownBy(() -> PathShape.of("shop", "/v1/{organizationId}/**", null))
        .hasMessageContaining("keygate.organization");
    assertThatThrownBy(() -> PathShape.of("shop", "/v1/{organization_id:[a-z]+}/**", null))
        .hasMessageContaining("keygate.organization");
    assertThat(PathShape.of("shop", "/v1/{organizationIdentifier}/**", null))
        .isEqualTo(new PathShape(-1, 1));
  }

  private static RequiredPermissions permissions(Object value) {
    RouteMetadata metadata =
        RouteMetadata.read("r", Map.of("keygate", Map.of("permissions", value)));
    return ((RouteAccess.Keyed) metadata.access()).permissions();
  }

  private static Permission permission(String text) {
    return Permission.parse(text).orElseThrow();
  }
}
