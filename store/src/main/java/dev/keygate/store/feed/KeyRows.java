package dev.keygate.store.feed;

import dev.keygate.store.key.KeyHash;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes pages of versions apart and puts the versions of a key together, across pages too. Equal
 * organizations, environments and permissions become the same objects: of a million keys most are
 * alike.
 */
final class KeyRows {

  static final char FIELD = '\u001f';
  static final char ROW = '\u001e';

  private static final int HASH_BYTES = 32;

  private final Consumer<FeedKey> keys;
  private final Map<String, String> names = new HashMap<>();
  private final Map<String, List<String>> permissionSets = new HashMap<>();
  private final List<FeedKey.Version> versions = new ArrayList<>();
  private final byte[] hash = new byte[HASH_BYTES];
  private @Nullable FeedKey current;
  private String text = "";
  private int at;

  KeyRows(Consumer<FeedKey> keys) {
    this.keys = keys;
  }

  /**
   * Rows of uid, key id, something when the version is retiring, organization, environment,
   * permissions (separated by spaces) and, unless the key never expires, the expiry in microseconds
   * since 1970.
   *
   * @param hashes 32 bytes for each row
   */
  void add(String rows, byte[] hashes) {
    text = rows;
    at = 0;
    for (int row = 0; at < rows.length(); row++) {
      int end = endOf(ROW, rows.length());
      String uid = field(end);
      String keyId = field(end);
      boolean retiring = !field(end).isEmpty();
      if (current == null || !current.uid().equals(uid)) {
        finish();
        current =
            new FeedKey(
                uid,
                names.computeIfAbsent(field(end), same -> same),
                names.computeIfAbsent(field(end), same -> same),
                permissionSets.computeIfAbsent(field(end), KeyRows::permissions),
                expiry(end),
                List.of());
      }
      System.arraycopy(hashes, row * HASH_BYTES, hash, 0, HASH_BYTES);
      versions.add(new FeedKey.Version(keyId, KeyHash.fromBytes(hash), retiring));
      at = end + 1;
    }
  }

  /** Hands over the last key. */
  void finish() {
    FeedKey key = current;
    if (key != null) {
      keys.accept(
          new FeedKey(
              key.uid(),
              key.organizationId(),
              key.environment(),
              key.permissions(),
              key.expiresAt(),
              versions));
    }
    versions.clear();
    current = null;
  }

  private String field(int rowEnd) {
    int end = endOf(FIELD, rowEnd);
    String value = text.substring(at, end);
    at = end + 1;
    return value;
  }

  private @Nullable Instant expiry(int rowEnd) {
    return at < rowEnd
        ? Instant.EPOCH.plus(Long.parseLong(field(rowEnd)), ChronoUnit.MICROS)
        : null;
  }

  private int endOf(char separator, int limit) {
    int end = text.indexOf(separator, at);
    return end < 0 || end > limit ? limit : end;
  }

  private static List<String> permissions(String joined) {
    return joined.isEmpty() ? List.of() : List.copyOf(Arrays.asList(joined.split(" ", -1)));
  }
}
