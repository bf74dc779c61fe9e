package dev.keygate.gateway.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestTargetTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/a",
        "/a/",
        "/a/b.c/...",
        "/a/%20%C3%A9%2B",
        "/a/%E2%82%AC",
        "/a?",
        "/a?b=%2e%2e/%00&c[]=;&d=?/x",
        "/a:b@c!$&'()*+,=~"
      })
  void readAcceptsCanonical(String raw) {
    assertThat(RequestTarget.of(raw))
        .isInstanceOfSatisfying(
            RequestTarget.Canonical.class, target -> assertThat(target.raw()).isEqualTo(raw));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "a",
        "http://a/b",
        "//",
        "//a",
        "/a//b",
        "/a//",
        "/.",
        "/..",
        "/./a",
        "/a/..",
        "/a/../b",
        "/a/..?x",
        "/a;b",
        "/a\\b",
        "/a#b",
        "/a b",
        "/a\tb",
        "/a\u0000",
        "/\u00e9",
        "/a|b",
        "/a^",
        "/a\"",
        "/a<",
        "/a[",
        "/a{",
        "/a`",
        "/%",
        "/%2",
        "/%zz",
        "/%2e",
        "/%2E%2e/a",
        "/a%2fb",
        "/a%5Cb",
        "/a%252e",
        "/a%3Bb",
        "/a%3fb",
        "/a%23b",
        "/a%00",
        "/a%1f",
        "/a%7F",
        "/a%c0%ae",
        "/a%e0%80%ae",
        "/a%ff",
        "/a%c3",
        "/a%c2%85",
        "/a%ef%bc%8f",
        "/a%ef%bc%8e%ef%bc%8e/b",
        "/a%e2%80%a5",
        "/a?%",
        "/a?b=%g0",
        "/a?b c",
        "/a?b#c",
        "/a?b\\c",
        "/a?\u00e9"
      })
  void readRefusesWhatCouldBeReadDifferently(String raw) {
    assertThat(RequestTarget.of(raw)).isInstanceOf(RequestTarget.Refused.class);
  }

  @Test
  void segmentsAreCutFromTheRawPath() {
    RequestTarget.Canonical target = canonical("/v1/a%20b/c/?d=/e/f");

    assertThat(target.segment(0)).isEqualTo("v1");
    assertThat(target.segment(1)).isEqualTo("a%20b");
    assertThat(target.segment(2)).isEqualTo("c");
    assertThat(target.segment(3)).isEmpty();
    assertThat(target.segment(4)).isEmpty();
    assertThat(target.path()).isEqualTo("/v1/a%20b/c/");
    assertThat(target.query()).isEqualTo("d=/e/f");
    assertThat(target.pathIs("/v1/a%20b/c/")).isTrue();
    assertThat(target.pathIs("/v1/a%20b/c")).isFalse();
  }

  @Test
  void encodedWithinCountsSegmentsFromTheLeft() {
    RequestTarget.Canonical target = canonical("/v1/acme/a%20b?c=%20");

    assertThat(target.encodedWithin(2)).isFalse();
    assertThat(target.encodedWithin(3)).isTrue();
    assertThat(canonical("/v1/acme?c=%20").encodedWithin(9)).isFalse();
  }

  private static RequestTarget.Canonical canonical(String raw) {
    return (RequestTarget.Canonical) RequestTarget.of(raw);
  }
}
