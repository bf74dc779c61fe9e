package dev.keygate.store.write;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.keygate.store.connection.Session;
import dev.keygate.store.feed.ChangeCodec;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Writes what a batch of commands changed: one statement for each table, whatever the size. */
final class BatchWrite {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private static final String REMOVE_ORGANIZATIONS =
      "DELETE FROM organization WHERE uid = ANY ($1)";

  private static final String ORGANIZATIONS =
      """
      INSERT INTO organization (uid, id, name, parent_id, display_name, permissions, suspended,
        position, created_at, updated_at)
      SELECT * FROM jsonb_to_recordset($1::jsonb) AS x (uid text, id text, name text,
        parent_id text, display_name text, permissions text[], suspended boolean, position bigint,
        created_at timestamptz, updated_at timestamptz)
      ON CONFLICT (uid) DO UPDATE
      SET id = excluded.id, name = excluded.name, parent_id = excluded.parent_id,
          display_name = excluded.display_name, permissions = excluded.permissions,
          suspended = excluded.suspended, position = excluded.position,
          updated_at = excluded.updated_at
      """;

  private static final String KEYS =
      """
      INSERT INTO api_key (uid, namespace, name, organization_id, environment, permissions,
        expires_at, handled_revision, created_at, updated_at, deleted_at)
      SELECT * FROM jsonb_to_recordset($1::jsonb) AS x (uid text, namespace text, name text,
        organization_id text, environment text, permissions text[], expires_at timestamptz,
        handled_revision bigint, created_at timestamptz, updated_at timestamptz,
        deleted_at timestamptz)
      ON CONFLICT (uid) DO UPDATE
      SET namespace = excluded.namespace, name = excluded.name,
          organization_id = excluded.organization_id, environment = excluded.environment,
          permissions = excluded.permissions, expires_at = excluded.expires_at,
          handled_revision = excluded.handled_revision, updated_at = excluded.updated_at,
          deleted_at = excluded.deleted_at
      """;

  private static final String NEW_VERSIONS =
      """
      INSERT INTO key_version (api_key_uid, key_id, number, hash, hint, state, position, issued_at,
        issue_reason, activated_at, retire_at, revoked_at, reason)
      SELECT api_key_uid, key_id, number, decode(hash, 'hex'), hint, state, position, issued_at,
        issue_reason, activated_at, retire_at, revoked_at, reason
      FROM jsonb_to_recordset($1::jsonb) AS x (api_key_uid text, key_id text, number integer,
        hash text, hint text, state text, position bigint, issued_at timestamptz,
        issue_reason text, activated_at timestamptz, retire_at timestamptz, revoked_at timestamptz,
        reason text)
      """;

  private static final String CHANGED_VERSIONS =
      """
      UPDATE key_version v
      SET state = x.state, position = x.position, activated_at = x.activated_at,
          retire_at = x.retire_at, revoked_at = x.revoked_at, reason = x.reason
      FROM jsonb_to_recordset($1::jsonb) AS x (key_id text, state text, position bigint,
        activated_at timestamptz, retire_at timestamptz, revoked_at timestamptz, reason text)
      WHERE v.key_id = x.key_id
      """;

  private static final String AUDIT =
      """
      INSERT INTO audit (seq, term, action, uid, namespace, name, organization_id, key_id, reason)
      SELECT $1, $2, x.* FROM jsonb_to_recordset($3::jsonb) AS x (action text, uid text,
        namespace text, name text, organization_id text, key_id text, reason text)
      """;

  /**
   * The notification is only a hint; it is delivered with the commit. The last statement before
   * COMMIT, which must not run out of time: while it waits for a synchronous standby, PostgreSQL
   * would call it done all the same, and only warn that it may not have been replicated.
   */
  private static final String LOG =
      """
      WITH logged AS (
        INSERT INTO change_log (seq, ord, change_id, term, kind, payload)
        SELECT $1, x.ord, $2, $3, x.kind, x.payload
        FROM jsonb_to_recordset($4::jsonb) AS x (ord integer, kind text, payload jsonb)
      )
      SELECT pg_notify('keygate', $1::bigint::text), set_config('statement_timeout', '0', true)
      """;

  private final WorkingSet set;
  private final Session session;

  BatchWrite(WorkingSet set, Session session) {
    this.set = set;
    this.session = session;
  }

  Mono<Void> run(UUID changeId, long term) {
    return removeOrganizations()
        .then(write(ORGANIZATIONS, set.changedOrganizations(), this::json))
        .then(write(KEYS, set.changedKeys(), this::json))
        .then(write(NEW_VERSIONS, set.newVersions().entrySet(), BatchWrite::json))
        .then(write(CHANGED_VERSIONS, set.changedVersions().entrySet(), BatchWrite::json))
        .then(session.run(AUDIT, set.seq(), term, array(set.audit(), BatchWrite::json)))
        .then(session.query(LOG, row -> true, set.seq(), changeId, term, log()).then());
  }

  private Mono<Void> removeOrganizations() {
    Collection<String> removed = set.removedOrganizations();
    return removed.isEmpty()
        ? Mono.empty()
        : session.run(REMOVE_ORGANIZATIONS, (Object) removed.toArray(String[]::new));
  }

  private <T> Mono<Void> write(String sql, Collection<T> rows, Function<T, ObjectNode> json) {
    return rows.isEmpty() ? Mono.empty() : session.run(sql, array(rows, json));
  }

  private static <T> String array(Collection<T> rows, Function<T, ObjectNode> json) {
    ArrayNode array = JSON.arrayNode(rows.size());
    rows.forEach(row -> array.add(json.apply(row)));
    return array.toString();
  }

  private String log() {
    ArrayNode array = JSON.arrayNode();
    set.changes()
        .forEach(
            change ->
                array
                    .addObject()
                    .put("ord", array.size() - 1)
                    .put("kind", ChangeCodec.kind(change))
                    .set("payload", ChangeCodec.payload(change)));
    return array.toString();
  }

  private ObjectNode json(OrganizationRow row) {
    ObjectNode node =
        JSON.objectNode()
            .put("uid", row.uid())
            .put("id", row.id())
            .put("name", row.name())
            .put("parent_id", row.parentId())
            .put("display_name", row.displayName())
            .put("suspended", row.suspended())
            .put("position", row.position())
            .put("created_at", text(row.createdAt()))
            .put("updated_at", text(row.updatedAt()));
    if (row.permissions() != null) {
      node.set("permissions", strings(row.permissions()));
    }
    return node;
  }

  private ObjectNode json(KeyRow row) {
    ObjectNode node =
        JSON.objectNode()
            .put("uid", row.spec().uid())
            .put("namespace", row.spec().namespace())
            .put("name", row.spec().name())
            .put("organization_id", row.spec().organizationId())
            .put("environment", row.spec().environment())
            .put("expires_at", text(row.spec().expiresAt()))
            .put("handled_revision", row.handledRevision())
            .put("created_at", text(row.createdAt()))
            .put("updated_at", text(set.now()))
            .put("deleted_at", text(row.deletedAt()));
    node.set("permissions", strings(row.spec().permissions()));
    return node;
  }

  private static ObjectNode json(Map.Entry<KeyRow.Version, String> entry) {
    KeyRow.Version version = entry.getKey();
    return JSON.objectNode()
        .put("api_key_uid", entry.getValue())
        .put("key_id", version.keyId())
        .put("number", version.number())
        .put("hash", HexFormat.of().formatHex(version.hash().toBytes()))
        .put("hint", version.hint())
        .put("state", version.state().name().toLowerCase(Locale.ROOT))
        .put("position", version.position())
        .put("issued_at", text(version.issuedAt()))
        .put("issue_reason", version.issueReason())
        .put("activated_at", text(version.activatedAt()))
        .put("retire_at", text(version.retireAt()))
        .put("revoked_at", text(version.revokedAt()))
        .put("reason", version.reason());
  }

  private static ObjectNode json(AuditRow row) {
    return JSON.objectNode()
        .put("action", row.action())
        .put("uid", row.uid())
        .put("namespace", row.namespace())
        .put("name", row.name())
        .put("organization_id", row.organizationId())
        .put("key_id", row.keyId())
        .put("reason", row.reason());
  }

  private static ArrayNode strings(List<String> values) {
    ArrayNode array = JSON.arrayNode();
    values.forEach(array::add);
    return array;
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }
}
