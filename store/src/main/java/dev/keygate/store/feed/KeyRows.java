package dev.keygate.store.feed;

import dev.keygate.store.connection.Column;
import dev.keygate.store.key.KeyHash;
import io.r2dbc.spi.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Puts rows of versions, sorted by key, together to keys. */
final class KeyRows {

  private final Consumer<FeedKey> keys;
  private final List<FeedKey.Version> versions = new ArrayList<>();
  private @Nullable FeedKey current;

  KeyRows(Consumer<FeedKey> keys) {
    this.keys = keys;
  }

  /** Columns: uid, key id, hash, organization, environment, permissions, expiry. */
  boolean add(Row row) {
    String uid = Column.text(row, 0);
    if (current == null || !current.uid().equals(uid)) {
      finish();
      current =
          new FeedKey(
              uid,
              Column.text(row, 3),
              Column.text(row, 4),
              Column.texts(row, 5),
              row.get(6, Instant.class),
              List.of());
    }
    versions.add(
        new FeedKey.Version(
            Column.text(row, 1), KeyHash.fromBytes(Column.required(row, 2, byte[].class))));
    return true;
  }

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
}
