package dev.keygate.store.connection;

import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Refuses a server that the feed's guarantees do not hold on. */
public final class StoreCheck {

  /** The version of the newest versioned migration of this build. */
  public static final int SCHEMA_VERSION = 1;

  private static final int OLDEST_SERVER = 15;
  private static final int POOLER_ROUNDS = 2;
  private static final String PROBE = "keygate.probe";

  private static final String SERVER =
      """
      SELECT current_setting('server_version_num')::int AS version,
             current_setting('server_version') AS shown,
             pg_is_in_recovery() AS standby,
             to_regclass('flyway_schema_history') IS NOT NULL AS migrated
      """;

  private static final String SCHEMA =
      """
      SELECT max(version::int) AS version FROM flyway_schema_history
      WHERE success AND version ~ '^[0-9]+$'
      """;

  private StoreCheck() {}

  /**
   * Completes when the server fits; fails with {@link UnfitStoreException} for a standby, a
   * transaction-mode pooler, a version before 15, a schema that is older or newer than this build;
   * with {@link StoreUnavailableException} when it cannot be reached (retry that one).
   */
  public static Mono<Void> verify(ConnectionFactory connections) {
    return Mono.usingWhen(
            Mono.from(connections.create()),
            first ->
                checkServer(new Session(first))
                    .then(
                        Mono.usingWhen(
                            Mono.from(connections.create()),
                            second -> checkPooler(new Session(first), new Session(second)),
                            Session::close))
                    .then(checkSchema(new Session(first))),
            Session::close)
        .timeout(Session.TIMEOUT)
        .onErrorMap(StoreCheck::isUnfit, StoreCheck::unfit)
        .onErrorMap(Session::isFailure, Session::unavailable);
  }

  /**
   * For who promises that something is final: fails with {@link UnfitStoreException} when a crash
   * of the server could lose a commit that it has confirmed.
   */
  public static Mono<Boolean> requireDurable(ConnectionFactory connections) {
    return Session.with(
        connections,
        session ->
            session
                .query("SELECT current_setting('fsync')", row -> Column.text(row, 0))
                .single()
                .flatMap(
                    fsync ->
                        fsync.equals("on")
                            ? Mono.just(true)
                            : Mono.error(
                                new UnfitStoreException(
                                    "expected fsync = on, found "
                                        + fsync
                                        + ": a crash of this PostgreSQL server could bring a"
                                        + " revoked key back; set fsync to on in its configuration"
                                        + " and reload it"))));
  }

  private static Mono<Void> checkServer(Session session) {
    return session
        .query(
            SERVER,
            row ->
                refusal(
                    number(row.get("version", Integer.class)),
                    String.valueOf(row.get("shown", String.class)),
                    Boolean.TRUE.equals(row.get("standby", Boolean.class)),
                    Boolean.TRUE.equals(row.get("migrated", Boolean.class))))
        .single()
        .flatMap(refusal -> refusal.isEmpty() ? Mono.empty() : refuse(refusal));
  }

  /** Why such a server is refused; empty when it is not. */
  static String refusal(int version, String shown, boolean standby, boolean migrated) {
    if (version < OLDEST_SERVER * 10_000) {
      return "PostgreSQL %s is too old: Keygate needs %d or later; upgrade the server"
          .formatted(shown, OLDEST_SERVER);
    }
    if (standby) {
      return "this PostgreSQL server is a standby (pg_is_in_recovery): Keygate needs the primary;"
          + " change keygate.store.url";
    }
    if (!migrated) {
      return "this database has no Keygate schema: run the operator with the argument \"migrate\""
          + " first";
    }
    return "";
  }

  private static Mono<Void> checkSchema(Session session) {
    return session
        .query(SCHEMA, row -> number(row.get("version", Integer.class)))
        .single()
        .flatMap(
            version -> {
              if (version < SCHEMA_VERSION) {
                return refuse(
                    "the store's schema has version %d and this build needs %d: run the operator of this build with the argument \"migrate\""
                        .formatted(version, SCHEMA_VERSION));
              }
              if (version > SCHEMA_VERSION) {
                return refuse(
                    "the store's schema has version %d and this build knows only %d: run a newer build"
                        .formatted(version, SCHEMA_VERSION));
              }
              return Mono.empty();
            });
  }

  /*
   * Two open sessions that share a backend, or one session whose backend or setting changes between
   * two statements, can only be a pooler that hands out backends by transaction. The second session
   * holds a transaction open while the first one speaks again: an idle pooler gives the backend that
   * was used last to the second session (seen at once), a busy one gives another to the first.
   */
  private static Mono<Void> checkPooler(Session first, Session second) {
    String token = UUID.randomUUID().toString();
    return first
        .query(
            "SELECT set_config('" + PROBE + "', $1, false), pg_backend_pid() AS pid",
            row -> number(row.get("pid", Integer.class)),
            token)
        .single()
        .flatMap(
            pid ->
                second
                    .run("BEGIN")
                    .then(seen(second))
                    .flatMap(
                        other ->
                            other.pid() == pid || other.probe().equals(token)
                                ? pooler()
                                : seen(first)
                                    .flatMap(
                                        again ->
                                            again.pid() == pid && again.probe().equals(token)
                                                ? Mono.<Void>empty()
                                                : pooler()))
                    .then(second.run("ROLLBACK")))
        .repeat(POOLER_ROUNDS - 1)
        .then();
  }

  private static Mono<Seen> seen(Session session) {
    return session
        .query(
            "SELECT pg_backend_pid() AS pid, current_setting('" + PROBE + "', true) AS probe",
            row -> {
              String probe = row.get("probe", String.class);
              return new Seen(number(row.get("pid", Integer.class)), probe == null ? "" : probe);
            })
        .single();
  }

  private static Mono<Void> pooler() {
    return refuse(
        "this is a pooler in transaction mode: Keygate needs sessions of its own (LISTEN, timeouts);"
            + " point keygate.store.url at PostgreSQL itself or at a pooler in session mode");
  }

  private static Mono<Void> refuse(String message) {
    return Mono.error(new UnfitStoreException(message));
  }

  /** 42501 insufficient_privilege, 08P01 protocol_violation (PgBouncer on start-up options). */
  private static boolean isUnfit(Throwable error) {
    return error instanceof R2dbcException e
        && ("42501".equals(e.getSqlState()) || "08P01".equals(e.getSqlState()));
  }

  private static UnfitStoreException unfit(Throwable error) {
    if (error instanceof R2dbcException e && "42501".equals(e.getSqlState())) {
      return new UnfitStoreException(
          "this role has no rights on the Keygate schema ("
              + e.getMessage()
              + "): run the operator with the argument \"migrate\", naming this role");
    }
    return new UnfitStoreException(
        "the server refused the session's settings ("
            + error.getMessage()
            + "): point keygate.store.url at PostgreSQL itself, not at a pooler");
  }

  private static int number(@Nullable Integer value) {
    return value == null ? 0 : value;
  }

  private record Seen(int pid, String probe) {}
}
