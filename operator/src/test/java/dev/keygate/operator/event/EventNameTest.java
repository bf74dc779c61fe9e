package dev.keygate.operator.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EventNameTest {

  @Test
  void ofIsTheSameWhenTheSameHappensAgain() {
    assertThat(EventName.of("crm", "uid", "Ready", "note"))
        .isEqualTo(EventName.of("crm", "uid", "Ready", "note"))
        .matches("crm\\.[0-9a-f]{16}");
  }

  @Test
  void ofDiffersWhenAnyPartDiffers() {
    assertThat(EventName.of("crm", "uid", "Ready", "note"))
        .isNotEqualTo(EventName.of("crm", "uid2", "Ready", "note"))
        .isNotEqualTo(EventName.of("crm", "uid", "Revoked", "note"))
        .isNotEqualTo(EventName.of("crm", "uid", "Ready", "note2"));
  }

  @Test
  void ofStaysAValidNameWhenTheObjectsNameIsAsLongAsNamesGet() {
    String name = "a".repeat(235) + "." + "b".repeat(17);

    assertThat(EventName.of(name, "uid", "Ready", "note"))
        .hasSizeLessThanOrEqualTo(253)
        .matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  }
}
