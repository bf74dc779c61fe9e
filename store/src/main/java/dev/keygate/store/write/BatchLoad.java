package dev.keygate.store.write;

import dev.keygate.store.connection.Column;
import dev.keygate.store.connection.Session;
import dev.keygate.store.key.KeyHash;
import dev.keygate.store.read.KeyRecord.State;
import dev.keygate.store.write.Command.ActivateVersion;
import dev.keygate.store.write.Command.IssueVersion;
import dev.keygate.store.write.Command.KeySpec;
import dev.keygate.store.write.Command.PutKey;
import dev.keygate.store.write.Command.PutOrganization;
import dev.keygate.store.write.Command.RemoveKey;
import dev.keygate.store.write.Command.RemoveOrganization;
import dev.keygate.store.write.Command.RevokeVersions;
import io.r2dbc.spi.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Reads, under the feed's lock, all that a batch of commands has to know. */
final class BatchLoad {

  /**
   * The named ones and everything above them: enough to see every cycle that the batch can make.
   */
  private static final String ORGANIZATIONS =
      """
      WITH RECURSIVE tree AS (
        SELECT * FROM organization WHERE uid = ANY ($1) OR id = ANY ($2) OR name = ANY ($3)
        UNION
        SELECT above.* FROM organization above JOIN tree ON above.id = tree.parent_id
      )
      SELECT uid, id, name, parent_id, display_name, permissions, suspended, position, created_at,
             updated_at
      FROM tree
      """;

  private static final String DEPENDENTS =
      """
      SELECT wanted.id,
             (SELECT count(*) FROM organization o WHERE o.parent_id = wanted.id),
             (SELECT count(*) FROM api_key k
              WHERE k.organization_id = wanted.id AND k.deleted_at IS NULL)
      FROM unnest($1::text[]) AS wanted (id)
      """;

  private static final String KEYS =
      """
      SELECT uid, namespace, name, organization_id, environment, permissions, expires_at,
             handled_revision, created_at, deleted_at
      FROM api_key WHERE uid = ANY ($1)
      """;

  private static final String VERSIONS =
      """
      SELECT api_key_uid, key_id, number, hash, hint, state, position, issued_at,
             issue_reason, activated_at, retire_at, revoked_at, reason
      FROM key_version WHERE api_key_uid = ANY ($1) ORDER BY number
      """;

  /** The unique hash and id are asked for by index, among all versions that there ever were. */
  private static final String TAKEN =
      """
      SELECT v.key_id, v.hash FROM key_version v WHERE v.key_id = ANY ($1)
      UNION
      SELECT v.key_id, v.hash FROM unnest($2::text[]) AS wanted (hash)
        JOIN key_version v ON v.hash = decode(wanted.hash, 'hex')
      """;

  private final Set<String> organizationUids = new HashSet<>();
  private final Set<String> organizationIds = new HashSet<>();
  private final Set<String> organizationNames = new HashSet<>();
  private final Map<String, String> idByName = new HashMap<>();
  private final Set<String> removals = new HashSet<>();
  private final Set<String> keyUids = new HashSet<>();
  private final Set<String> keyIds = new HashSet<>();
  private final Set<String> hashes = new HashSet<>();

  BatchLoad(List<Command<?>> commands) {
    commands.forEach(this::note);
  }

  private void note(Command<?> command) {
    switch (command) {
      case PutOrganization put -> {
        organizationUids.add(put.uid());
        organizationIds.add(put.id());
        organizationNames.add(put.name());
        idByName.put(put.name(), put.id());
        if (put.parentId() != null) {
          organizationIds.add(put.parentId());
        }
      }
      case RemoveOrganization remove -> {
        organizationUids.add(remove.uid());
        removals.add(remove.uid());
      }
      case PutKey put -> note(put.key());
      case IssueVersion issue -> {
        note(issue.key());
        keyIds.add(issue.keyId());
        hashes.add(HexFormat.of().formatHex(issue.hash().toBytes()));
      }
      case ActivateVersion activate -> keyUids.add(activate.uid());
      case RevokeVersions revoke -> keyUids.add(revoke.uid());
      case RemoveKey remove -> keyUids.add(remove.uid());
    }
  }

  private void note(KeySpec key) {
    keyUids.add(key.uid());
    organizationIds.add(key.organizationId());
  }

  Mono<WorkingSet> into(WorkingSet set, Session session) {
    return organizations(set, session)
        .then(Mono.defer(() -> dependents(set, session)))
        .then(keys(set, session))
        .then(taken(set, session))
        .thenReturn(set);
  }

  private Mono<Void> organizations(WorkingSet set, Session session) {
    if (organizationUids.isEmpty() && organizationIds.isEmpty()) {
      return Mono.empty();
    }
    return session
        .query(
            ORGANIZATIONS,
            BatchLoad::organization,
            array(organizationUids),
            array(organizationIds),
            array(organizationNames))
        .doOnNext(set::loaded)
        .then();
  }

  /** Counting is not free: only for organizations whose id may go away. */
  private Mono<Void> dependents(WorkingSet set, Session session) {
    Set<String> ids = new HashSet<>();
    removals.forEach(uid -> set.organizationByUid(uid).ifPresent(row -> ids.add(row.id())));
    idByName.forEach(
        (name, id) ->
            set.organizationByName(name)
                .filter(row -> !row.id().equals(id))
                .ifPresent(row -> ids.add(row.id())));
    if (ids.isEmpty()) {
      return Mono.empty();
    }
    return session
        .query(
            DEPENDENTS,
            row -> {
              set.loadedDependents(
                  Column.text(row, 0), Column.number(row, 1), Column.number(row, 2));
              return true;
            },
            (Object) array(ids))
        .then();
  }

  private Mono<Void> keys(WorkingSet set, Session session) {
    if (keyUids.isEmpty()) {
      return Mono.empty();
    }
    Map<String, List<KeyRow.Version>> versions = new HashMap<>();
    return session
        .query(
            VERSIONS,
            row -> {
              versions
                  .computeIfAbsent(Column.text(row, 0), uid -> new ArrayList<>())
                  .add(version(row));
              return true;
            },
            (Object) array(keyUids))
        .then(
            session
                .query(KEYS, row -> key(row, versions), (Object) array(keyUids))
                .doOnNext(set::loaded)
                .then());
  }

  private Mono<Void> taken(WorkingSet set, Session session) {
    if (keyIds.isEmpty()) {
      return Mono.empty();
    }
    return session
        .query(
            TAKEN,
            row -> {
              set.taken(Column.text(row, 0), hash(row, 1));
              return true;
            },
            array(keyIds),
            array(hashes))
        .then();
  }

  private static OrganizationRow organization(Row row) {
    return new OrganizationRow(
        Column.text(row, 0),
        Column.text(row, 1),
        Column.text(row, 2),
        row.get(3, String.class),
        Column.text(row, 4),
        Column.optionalTexts(row, 5),
        Column.required(row, 6, Boolean.class),
        Column.number(row, 7),
        Column.instant(row, 8),
        Column.instant(row, 9));
  }

  private static KeyRow key(Row row, Map<String, List<KeyRow.Version>> versions) {
    String uid = Column.text(row, 0);
    return new KeyRow(
        new KeySpec(
            uid,
            Column.text(row, 1),
            Column.text(row, 2),
            Column.text(row, 3),
            Column.text(row, 4),
            Column.texts(row, 5),
            row.get(6, Instant.class)),
        Column.number(row, 7),
        Column.instant(row, 8),
        row.get(9, Instant.class),
        versions.getOrDefault(uid, List.of()));
  }

  private static KeyRow.Version version(Row row) {
    return new KeyRow.Version(
        Column.text(row, 1),
        Column.required(row, 2, Integer.class),
        hash(row, 3),
        Column.text(row, 4),
        State.valueOf(Column.text(row, 5).toUpperCase(Locale.ROOT)),
        Column.number(row, 6),
        Column.instant(row, 7),
        Column.text(row, 8),
        row.get(9, Instant.class),
        row.get(10, Instant.class),
        row.get(11, Instant.class),
        row.get(12, String.class));
  }

  private static KeyHash hash(Row row, int index) {
    return KeyHash.fromBytes(Column.required(row, index, byte[].class));
  }

  private static String[] array(Set<String> values) {
    return values.toArray(String[]::new);
  }
}
