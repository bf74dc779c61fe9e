package dev.keygate.gateway.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PermissionSetTest {

  @ParameterizedTest
  @CsvSource({
    "contacts:read, contacts:read, true",
    "contacts:*, contacts:read, true",
    "*, contacts:read, true",
    "contacts:write, contacts:read, false",
    "contacts2:*, contacts:read, false",
    "contact:*, contacts:read, false",
    "CONTACTS:read, contacts:read, false",
    "contacts, contacts:read, false"
  })
  void grantsExactActionResourceWildcardAndEverything(String held, String asked, boolean granted) {
    assertThat(new PermissionSet(List.of(held)).grants(Permission.parse(asked).orElseThrow()))
        .isEqualTo(granted);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "* | * | *",
        "* | a:read | a:read",
        "a:read | * | a:read",
        "a:* | a:read,b:read | a:read",
        "a:read,b:* | a:*,b:write | a:read,b:write",
        "a:* | a:* | a:*",
        "a:read | b:read | ''",
        "a:read,a:write | a:read | a:read"
      })
  void withinKeepsWhatBothGrant(String held, String ceiling, String both) {
    assertThat(set(held).within(set(ceiling)).text()).isEqualTo(both);
    assertThat(set(ceiling).within(set(held)).text()).isEqualTo(both);
  }

  @Test
  void withinAnswersTheSameObjectWhenAskedAgain() {
    PermissionSet held = set("a:*");
    PermissionSet ceiling = set("a:read");

    assertThat(held.within(ceiling)).isSameAs(held.within(ceiling));
    assertThat(ceiling.within(held)).isSameAs(ceiling);
  }

  @Test
  void equalListsShareOneSet() {
    PermissionSets sets = new PermissionSets();

    assertThat(sets.of(List.of("a:read"))).isSameAs(sets.of(List.of("a:read")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a:", ":a", "a:*", "*", "a:b:c", "a b:c", "a:b\n"})
  void parseIsEmptyWhenNotOneAction(String text) {
    assertThat(Permission.parse(text)).isEmpty();
  }

  private static PermissionSet set(String text) {
    return new PermissionSet(List.of(text.split(",")));
  }
}
