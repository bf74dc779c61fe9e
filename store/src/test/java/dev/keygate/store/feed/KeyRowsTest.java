package dev.keygate.store.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.store.key.KeyHash;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class KeyRowsTest {

  private final List<FeedKey> keys = new ArrayList<>();
  private final KeyRows rows = new KeyRows(keys::add);

  @Test
  void addPutsTheVersionsOfAKeyTogetherWhenTheyAreOnTwoPages() {
    add(row("u1", "k1", "acme", "live", "a:b *", null), row("u2", "k2", "acme", "test", "", null));
    add(row("u2", "k3", "acme", "test", "", null), row("u3", "k4", "globex", "live", "x:*", null));
    rows.finish();

    assertThat(keys)
        .containsExactly(
            new FeedKey("u1", "acme", "live", List.of("a:b", "*"), null, List.of(version("k1"))),
            new FeedKey(
                "u2", "acme", "test", List.of(), null, List.of(version("k2"), version("k3"))),
            new FeedKey("u3", "globex", "live", List.of("x:*"), null, List.of(version("k4"))));
  }

  @Test
  void addReadsOfEachVersionWhetherItIsRetiring() {
    add(
        row("u1", "k1", "r", "acme", "live", "", null),
        row("u1", "k2", "", "acme", "live", "", null));
    rows.finish();

    assertThat(keys.getFirst().versions())
        .extracting(FeedKey.Version::retiring)
        .containsExactly(true, false);
  }

  @Test
  void addReadsTheExpiryToTheMicrosecond() {
    Instant late = Instant.parse("2031-02-03T04:05:06.789012Z");
    Instant early = Instant.parse("1969-12-31T23:59:59.999999Z");
    add(row("u1", "k1", "o", "live", "", late), row("u2", "k2", "o", "live", "", early));
    rows.finish();

    assertThat(keys).extracting(FeedKey::expiresAt).containsExactly(late, early);
  }

  @Test
  void addSharesEqualValues() {
    add(row("u1", "k1", "acme", "live", "a:b", null), row("u2", "k2", "acme", "live", "a:b", null));
    rows.finish();

    assertThat(keys.getLast().organizationId()).isSameAs(keys.getFirst().organizationId());
    assertThat(keys.getLast().permissions()).isSameAs(keys.getFirst().permissions());
  }

  @Test
  void finishHandsOverNothingWhenThereWasNoRow() {
    add();
    rows.finish();

    assertThat(keys).isEmpty();
  }

  private void add(String... page) {
    ByteArrayOutputStream hashes = new ByteArrayOutputStream();
    Stream.of(page)
        .map(row -> row.split(String.valueOf(KeyRows.FIELD), -1)[1])
        .forEach(keyId -> hashes.writeBytes(version(keyId).hash().toBytes()));
    rows.add(String.join(String.valueOf(KeyRows.ROW), page), hashes.toByteArray());
  }

  private static FeedKey.Version version(String keyId) {
    return new FeedKey.Version(keyId, KeyHash.of(keyId));
  }

  private static String row(
      String uid,
      String keyId,
      String organization,
      String environment,
      String permissions,
      @Nullable Instant expiresAt) {
    return row(uid, keyId, "", organization, environment, permissions, expiresAt);
  }

  private static String row(
      String uid,
      String keyId,
      String retiring,
      String organization,
      String environment,
      String permissions,
      @Nullable Instant expiresAt) {
    List<String> fields =
        new ArrayList<>(List.of(uid, keyId, retiring, organization, environment, permissions));
    if (expiresAt != null) {
      fields.add(String.valueOf(ChronoUnit.MICROS.between(Instant.EPOCH, expiresAt)));
    }
    return String.join(String.valueOf(KeyRows.FIELD), fields);
  }
}
