package dev.keygate.store.read;

import dev.keygate.store.connection.Column;
import dev.keygate.store.connection.Session;
import dev.keygate.store.feed.FeedPosition;
import dev.keygate.store.key.KeyHash;
import dev.keygate.store.write.Command.KeySpec;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What the operator decides on. Each method is one consistent statement. Fails with
 * StoreUnavailableException.
 */
public final class StoreReader {

  private static final int PORTION = 1_000;

  /** Longest wait for a row: the first one comes after the server has sorted all. */
  private static final Duration ROW_TIMEOUT = Duration.ofSeconds(30);

  private static final String HEAD = "SELECT epoch, seq, change_id FROM feed_head WHERE id = 1";

  /** One row for each version; a key without versions has one row without a key id. */
  private static final String KEYS =
      """
      SELECT k.uid, k.namespace, k.name, k.organization_id, k.environment, k.permissions,
             k.expires_at, k.deleted_at IS NOT NULL,
             v.key_id, v.number, v.hash, v.hint, v.state, v.position, v.issued_at, v.retire_at,
             v.revoked_at, v.reason, coalesce(u.requests, 0), u.last_used_at, k.handled_revision,
             v.issue_reason, v.activated_at
      FROM api_key k
        LEFT JOIN key_version v ON v.api_key_uid = k.uid
        LEFT JOIN usage_total u ON u.key_id = v.key_id
      """;

  private static final String KEY = KEYS + " WHERE k.uid = $1 ORDER BY v.number";

  private static final String USABLE_KEYS =
      KEYS
          + """
            WHERE EXISTS (
              SELECT 1 FROM key_version w WHERE w.api_key_uid = k.uid AND w.state <> $1)
            ORDER BY k.uid, v.number
            """;

  private static final String LIVE_KEYS =
      KEYS + " WHERE k.deleted_at IS NULL ORDER BY k.uid, v.number";

  private static final String ORGANIZATIONS =
      """
      SELECT o.uid, o.id, o.name, o.parent_id, o.display_name, o.permissions, o.suspended,
             o.position, coalesce(k.keys, 0), o.created_at, o.updated_at
      FROM organization o LEFT JOIN (
        SELECT organization_id, count(*) AS keys FROM api_key WHERE deleted_at IS NULL GROUP BY 1
      ) k ON k.organization_id = o.id
      ORDER BY o.id
      """;

  private final ConnectionFactory connections;

  public StoreReader(ConnectionFactory connections) {
    this.connections = connections;
  }

  public Mono<FeedPosition> head() {
    return Session.with(
        connections, session -> session.query(HEAD, StoreReader::position).single());
  }

  /** The key with all its versions, oldest first; revoked ones and deleted keys too. */
  public Mono<Optional<KeyRecord>> key(String uid) {
    return Session.with(
        connections,
        session ->
            session
                .query(KEY, KeyVersion::of, uid)
                .collectList()
                .map(rows -> rows.isEmpty() ? Optional.empty() : Optional.of(together(rows))));
  }

  /**
   * Every key that has a usable version, with all its versions. Streamed: it keeps a connection
   * until its end, and fails when the reader takes none for 30 seconds.
   */
  public Flux<KeyRecord> usableKeys() {
    return keys(USABLE_KEYS, "revoked");
  }

  /**
   * As {@link #usableKeys}, but every key that was not removed: one whose versions are all revoked
   * holds its organization.
   */
  public Flux<KeyRecord> liveKeys() {
    return keys(LIVE_KEYS);
  }

  private Flux<KeyRecord> keys(String sql, Object... parameters) {
    return Session.stream(
            connections,
            session ->
                session.stream(sql, PORTION, KeyVersion::of, parameters).timeout(ROW_TIMEOUT))
        .bufferUntilChanged(row -> row.key().spec().uid())
        .map(StoreReader::together);
  }

  public Mono<List<OrganizationRecord>> organizations() {
    return Session.with(
        connections,
        session -> session.query(ORGANIZATIONS, StoreReader::organization).collectList());
  }

  private static FeedPosition position(Row row) {
    return new FeedPosition(Column.uuid(row, 0), Column.number(row, 1), Column.uuid(row, 2));
  }

  private static OrganizationRecord organization(Row row) {
    return new OrganizationRecord(
        Column.text(row, 0),
        Column.text(row, 1),
        Column.text(row, 2),
        row.get(3, String.class),
        Column.text(row, 4),
        Column.optionalTexts(row, 5),
        Column.required(row, 6, Boolean.class),
        Column.number(row, 7),
        Column.number(row, 8),
        Column.instant(row, 9),
        Column.instant(row, 10));
  }

  private static KeyRecord together(List<KeyVersion> rows) {
    KeyRecord key = rows.getFirst().key();
    List<KeyRecord.Version> versions = new ArrayList<>();
    for (KeyVersion row : rows) {
      if (row.version() != null) {
        versions.add(row.version());
      }
    }
    return new KeyRecord(key.spec(), key.handledRevision(), key.deleted(), versions);
  }

  /** One row: the key, and one of its versions if it has any. */
  private record KeyVersion(KeyRecord key, KeyRecord.@Nullable Version version) {

    static KeyVersion of(Row row) {
      KeySpec spec =
          new KeySpec(
              Column.text(row, 0),
              Column.text(row, 1),
              Column.text(row, 2),
              Column.text(row, 3),
              Column.text(row, 4),
              Column.texts(row, 5),
              row.get(6, Instant.class));
      KeyRecord key =
          new KeyRecord(
              spec, Column.number(row, 20), Column.required(row, 7, Boolean.class), List.of());
      return new KeyVersion(key, row.get(8) == null ? null : version(row));
    }

    private static KeyRecord.Version version(Row row) {
      return new KeyRecord.Version(
          Column.text(row, 8),
          Column.required(row, 9, Integer.class),
          KeyHash.fromBytes(Column.required(row, 10, byte[].class)),
          Column.text(row, 11),
          KeyRecord.State.valueOf(Column.text(row, 12).toUpperCase(Locale.ROOT)),
          Column.number(row, 13),
          Column.instant(row, 14),
          Column.text(row, 21),
          row.get(22, Instant.class),
          row.get(15, Instant.class),
          row.get(16, Instant.class),
          row.get(17, String.class),
          Column.number(row, 18),
          row.get(19, Instant.class));
    }
  }
}
