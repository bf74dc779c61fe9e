package dev.keygate.gateway.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.gateway.firewall.RequestHeaders.Plain;
import dev.keygate.gateway.firewall.RequestHeaders.Selector;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestHeadersTest {

  @Test
  void readFindsKeyAndOrganizationInAnyCase() {
    assertThat(read("Host: a", "x-aPi-kEy: k", "x-ORGANIZATION-id: acme", "connection: Close"))
        .isEqualTo(new Plain("k", new Selector.Once("acme")));
    assertThat(read("Host: a")).isEqualTo(new Plain(null, new Selector.Absent()));
  }

  @Test
  void readDoesNotTakeAliasesForTheKey() {
    assertThat(read("X_API_Key: k")).isEqualTo(new Plain(null, new Selector.Absent()));
  }

  @Test
  void readTellsRepeatedAndAliasedOrganization() {
    assertThat(read("X-Organization-Id: a", "X-Organization-Id: a"))
        .isEqualTo(new Plain(null, new Selector.Repeated()));
    assertThat(read("X_Organization_Id: a", "X-Organization-Id: a"))
        .isEqualTo(new Plain(null, new Selector.Alias()));
    assertThat(read("X-Organization-Id: a", "X.Organization-Id: a"))
        .isEqualTo(new Plain(null, new Selector.Alias()));
  }

  @Test
  void readRefusesWhenKeyIsGivenTwice() {
    assertThat(read("X-API-Key: k", "x-api-key: k", "X-API-Key: k").apiKey()).isNull();
    assertThat(read("X-API-Key: k", "x-api-key: k")).isInstanceOf(RequestHeaders.Refused.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Host: a/b", "Host: a?", "Connection: X-API-Key"})
  void readTellsTheOneKeyBeforeAndAfterWhatItRefuses(String refused) {
    assertThat(List.of(read("X-API-Key: k", refused), read(refused, "X-API-Key: k")))
        .allSatisfy(
            headers -> {
              assertThat(headers).isInstanceOf(RequestHeaders.Refused.class);
              assertThat(headers.apiKey()).isEqualTo("k");
              assertThat(headers.toString()).doesNotContain("apiKey");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Keygate-Organization", "close, X-API-Key", "host", "a,b"})
  void readRefusesWhenConnectionNamesAnythingElse(String value) {
    assertThat(read("Connection: " + value)).isInstanceOf(RequestHeaders.Refused.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"close", "keep-alive, Upgrade", "Upgrade,HTTP2-Settings", "TE", ""})
  void readAcceptsHopByHopOptions(String value) {
    assertThat(read("Connection: " + value)).isInstanceOf(Plain.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-API-Key",
        "x_api_key",
        "X.API.Key",
        "X-Keygate-Organization",
        "x_keygate.anything",
        "X-Forwarded-For",
        "x_forwarded_host",
        "Forwarded",
        "X-Real-IP",
        "X-Original-URL",
        "X-Rewrite-URL",
        "X-HTTP-Method-Override",
        "X-Method-Override",
        "X-HTTP-Method",
        "X-Correlation-Id"
      })
  void isStrippedWhenOnlyTheGatewayMaySendIt(String name) {
    assertThat(HeaderNames.isStripped(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Accept", "X-Request-Id", "X-Keygat", "Forwarded-By", "X", "From", ""})
  void isNotStrippedWhenClientsMaySendIt(String name) {
    assertThat(HeaderNames.isStripped(name)).isFalse();
  }

  private static RequestHeaders read(String... lines) {
    return RequestHeaders.read(
        Arrays.stream(lines)
            .map(line -> line.split(": ?", 2))
            .map(parts -> Map.<CharSequence, CharSequence>entry(parts[0], parts[1]))
            .iterator());
  }
}
