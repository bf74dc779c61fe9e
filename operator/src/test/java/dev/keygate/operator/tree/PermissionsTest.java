package dev.keygate.operator.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PermissionsTest {

  @ParameterizedTest(name = "{0} within {1} is {2}")
  @CsvSource({
    "contacts:read, *, contacts:read",
    "*, contacts:read, contacts:read",
    "*, *, *",
    "contacts:*, contacts:read, contacts:read",
    "contacts:read, contacts:*, contacts:read",
    "contacts:*, contacts:*, contacts:*",
    "contacts:read, contacts:write, ''",
    "contacts:read, contact:*, ''",
    "contacts:*, reports:*, ''",
    "contacts:read contacts:write reports:read, contacts:* reports:write, contacts:read contacts:write",
    "* contacts:read, contacts:*, contacts:*",
    "'', *, ''",
    "*, '', ''",
  })
  void intersectionAllowsWhatBothAllow(String some, String others, String both) {
    assertThat(Permissions.intersection(list(some), list(others))).isEqualTo(list(both));
    assertThat(Permissions.intersection(list(others), list(some))).isEqualTo(list(both));
  }

  private static List<String> list(String text) {
    return text.isEmpty() ? List.of() : Arrays.asList(text.split(" "));
  }
}
