package dev.keygate.store.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.keygate.store.key.KeyHash;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ChangeCodecTest {

  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.123456Z");

  static Stream<Change> changes() {
    return Stream.of(
        new Change.OrganizationPut(
            new FeedOrganization(
                "acme", "acme", null, "\u00dc \"quoted\"", null, false, TIME, TIME)),
        new Change.OrganizationPut(
            new FeedOrganization("a", "b", "root", "", List.of("x:*"), true, TIME, TIME)),
        new Change.OrganizationPut(
            new FeedOrganization("a", "b", "root", "", List.of(), true, TIME, TIME)),
        new Change.OrganizationRemoved("acme"),
        new Change.KeyPut(
            new FeedKey(
                "uid",
                "acme",
                "live",
                List.of("a:b", "*"),
                TIME,
                List.of(
                    new FeedKey.Version("k1", KeyHash.of("one"), true),
                    new FeedKey.Version("k2", KeyHash.of("two"))))),
        new Change.KeyPut(new FeedKey("uid", "acme", "live", List.of(), null, List.of())),
        new Change.KeyRemoved("uid"));
  }

  @ParameterizedTest
  @MethodSource("changes")
  void parseGivesWhatPayloadWrote(Change change) {
    String payload = ChangeCodec.payload(change).toString();

    assertThat(ChangeCodec.parse(ChangeCodec.kind(change), payload)).isEqualTo(change);
  }

  @Test
  void parseIgnoresMembersThatItDoesNotKnow() {
    assertThat(ChangeCodec.parse("KeyRemoved", "{\"uid\": \"u\", \"later\": {\"x\": 1}}"))
        .isEqualTo(new Change.KeyRemoved("u"));
  }

  @Test
  void parseFailsWithoutShowingThePayloadWhenItIsUnreadable() {
    assertThatIllegalStateException()
        .isThrownBy(() -> ChangeCodec.parse("KeyRemoved", "{\"secret"))
        .withNoCause()
        .withMessageNotContaining("secret");
    assertThatIllegalStateException().isThrownBy(() -> ChangeCodec.parse("KeyRemoved", "{}"));
    assertThatIllegalStateException().isThrownBy(() -> ChangeCodec.parse("Unheard", "{}"));
  }
}
