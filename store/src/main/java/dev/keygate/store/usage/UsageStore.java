package dev.keygate.store.usage;

import dev.keygate.store.connection.Column;
import dev.keygate.store.connection.Session;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Requests and last use by key version and hour, and in total. Never notifies. */
public final class UsageStore {

  /** Longer than a statement may run: what commits late is found by the next look. */
  private static final Duration OVERLAP = Duration.ofSeconds(15);

  private static final String OPEN_CURSOR =
      "INSERT INTO usage_cursor (replica, n) VALUES ($1, 0) ON CONFLICT (replica) DO NOTHING";

  /*
   * One statement, so one commit: the counts are added only if the cursor moved to this batch. A
   * retry that meets its first attempt waits for the cursor's row and then finds it moved already.
   * Rows are locked in the order of their key, so two replicas never wait for each other in a ring.
   */
  private static final String ADD =
      """
      WITH moved AS (
        UPDATE usage_cursor SET n = $2, updated_at = now()
        WHERE replica = $1 AND n = $2 - 1 RETURNING n
      ), counted AS (
        SELECT c.key_id, v.api_key_uid, c.hour, c.requests, c.last_used_at
        FROM unnest($3::text[], $4::timestamptz[], $5::bigint[], $6::timestamptz[])
          AS c (key_id, hour, requests, last_used_at)
          JOIN key_version v ON v.key_id = c.key_id
        WHERE EXISTS (SELECT 1 FROM moved)
      ), hours AS (
        INSERT INTO usage_hour AS h (key_id, hour, requests, last_used_at)
        SELECT key_id, date_trunc('hour', hour, 'UTC'), sum(requests), max(last_used_at)
        FROM counted WHERE requests > 0 GROUP BY 1, 2 ORDER BY 1, 2
        ON CONFLICT (key_id, hour) DO UPDATE
        SET requests = h.requests + excluded.requests,
            last_used_at = greatest(h.last_used_at, excluded.last_used_at)
      ), totals AS (
        INSERT INTO usage_total AS t (key_id, api_key_uid, requests, last_used_at, changed_at)
        SELECT key_id, api_key_uid, sum(requests), max(last_used_at), clock_timestamp()
        FROM counted GROUP BY 1, 2 ORDER BY 1
        ON CONFLICT (key_id) DO UPDATE
        SET requests = t.requests + excluded.requests,
            last_used_at = greatest(t.last_used_at, excluded.last_used_at),
            changed_at = excluded.changed_at
      )
      SELECT count(*) FROM moved
      """;

  private static final String CURSOR = "SELECT n FROM usage_cursor WHERE replica = $1";

  /** Only when the store lost batches that it had answered: this one is certainly not in it. */
  private static final String CATCH_UP =
      "UPDATE usage_cursor SET n = $2 WHERE replica = $1 AND n < $2";

  private static final String CHANGED =
      """
      SELECT key_id, api_key_uid, requests, last_used_at, changed_at FROM usage_total
      WHERE changed_at >= $1 ORDER BY changed_at FETCH FIRST $2 ROWS WITH TIES
      """;

  private static final String TOTALS =
      """
      SELECT key_id, api_key_uid, requests, last_used_at FROM usage_total WHERE key_id = ANY ($1)
      """;

  /*
   * Only for versions that are retiring; the newest stay. Those beyond are counted without the new
   * ones, so there can be a batch more.
   */
  private static final String ADD_STRAGGLERS =
      """
      WITH seen AS (
        SELECT s.key_id, s.source, s.user_agent, s.route, max(s.last_seen) AS last_seen,
          sum(s.requests) AS requests
        FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bigint[])
            AS s (key_id, source, user_agent, route, last_seen, requests)
          JOIN key_version v ON v.key_id = s.key_id AND v.state = 'retiring'
        GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
      ), beyond AS (
        DELETE FROM straggler d USING (
          SELECT key_id, source, user_agent, route,
            row_number() OVER (PARTITION BY key_id ORDER BY last_seen DESC) AS place
          FROM straggler WHERE key_id IN (SELECT key_id FROM seen)) o
        WHERE o.place > 100 AND d.key_id = o.key_id AND d.source = o.source
          AND d.user_agent = o.user_agent AND d.route = o.route
          AND (o.key_id, o.source, o.user_agent, o.route) NOT IN (
            SELECT key_id, source, user_agent, route FROM seen)
      )
      INSERT INTO straggler AS s (key_id, source, user_agent, route, last_seen, requests)
      SELECT key_id, source, user_agent, route, last_seen, requests FROM seen
      ON CONFLICT (key_id, source, user_agent, route) DO UPDATE
      SET last_seen = greatest(s.last_seen, excluded.last_seen),
          requests = s.requests + excluded.requests
      """;

  private static final String COMPLETENESS =
      """
      SELECT count(*), min(coalesce(flushed_at, registered_at)), clock_timestamp() FROM gateway_ack
      """;

  private final ConnectionFactory connections;

  public UsageStore(ConnectionFactory connections) {
    this.connections = connections;
  }

  /**
   * Gateway: adds the batch unless it was added before (a lost reply never counts twice). Counts of
   * key versions that the store does not know are dropped. Fails with StoreUnavailableException:
   * send the same batch again.
   */
  public Mono<Void> add(UsageBatch batch) {
    return Session.with(connections, session -> add(session, batch));
  }

  private static Mono<Void> add(Session session, UsageBatch batch) {
    return tryAdd(session, batch)
        .flatMap(
            added ->
                added
                    ? Mono.<Void>empty()
                    : session
                        .run(OPEN_CURSOR, batch.replica())
                        .then(
                            session
                                .query(CURSOR, row -> Column.number(row, 0), batch.replica())
                                .single())
                        .flatMap(n -> afterMiss(session, batch, n)));
  }

  private static Mono<Void> afterMiss(Session session, UsageBatch batch, long n) {
    if (n >= batch.number()) {
      return Mono.empty();
    }
    return session
        .run(CATCH_UP, batch.replica(), batch.number() - 1)
        .then(tryAdd(session, batch))
        .then();
  }

  private static Mono<Boolean> tryAdd(Session session, UsageBatch batch) {
    List<UsageBatch.Count> counts = batch.counts();
    return session
        .query(
            ADD,
            row -> Column.number(row, 0) > 0,
            batch.replica(),
            batch.number(),
            counts.stream().map(UsageBatch.Count::keyId).toArray(String[]::new),
            counts.stream().map(UsageBatch.Count::hour).toArray(Instant[]::new),
            counts.stream().map(UsageBatch.Count::requests).toArray(Long[]::new),
            counts.stream().map(UsageBatch.Count::lastUsedAt).toArray(Instant[]::new))
        .single();
  }

  /**
   * Gateway: who used retiring versions. A lost reply may count twice, which is no harm; those of
   * other versions are dropped.
   */
  public Mono<Void> addStragglers(List<Straggler> stragglers) {
    return Session.with(
        connections,
        session ->
            session.run(
                ADD_STRAGGLERS,
                texts(stragglers, Straggler::keyId),
                texts(stragglers, Straggler::source),
                texts(stragglers, Straggler::userAgent),
                texts(stragglers, Straggler::route),
                stragglers.stream().map(Straggler::lastSeen).toArray(Instant[]::new),
                stragglers.stream().map(Straggler::requests).toArray(Long[]::new)));
  }

  private static String[] texts(List<Straggler> stragglers, Function<Straggler, String> text) {
    return stragglers.stream().map(text).toArray(String[]::new);
  }

  /** Operator: up to when the counts of every live replica are stored. */
  public Mono<Completeness> completeness() {
    return Session.with(
        connections,
        session ->
            session
                .query(
                    COMPLETENESS,
                    row ->
                        new Completeness(
                            Column.number(row, 0),
                            row.get(1, Instant.class),
                            Column.instant(row, 2)))
                .single());
  }

  /**
   * Operator: totals of key versions whose total changed at or after {@code mark}, those that
   * changed first first. Call again at once while {@code limit} or more come back (more come when
   * several changed at the same instant): that is one round. The next round begins a little before
   * this one did, however many pages it had, so what committed late meanwhile is not missed.
   */
  public Mono<Changed> changedSince(Mark mark, int limit) {
    return Session.with(
        connections,
        session ->
            session
                .query("SELECT clock_timestamp()", row -> Column.instant(row, 0))
                .single()
                .flatMap(
                    now ->
                        session
                            .query(CHANGED, Dated::of, mark.from(), (long) limit)
                            .collectList()
                            .map(found -> changed(found, mark, now, limit))));
  }

  private static Changed changed(List<Dated> found, Mark mark, Instant now, int limit) {
    List<Total> totals = found.stream().map(Dated::total).toList();
    Instant nextRound = mark.nextRound() == null ? startOfNext(mark, now) : mark.nextRound();
    return new Changed(
        totals,
        found.size() >= limit
            ? new Mark(found.getLast().changedAt().plusNanos(1_000), nextRound)
            : new Mark(nextRound, null));
  }

  /** Never back, should the database's clock have been. */
  private static Instant startOfNext(Mark mark, Instant now) {
    Instant start = now.minus(OVERLAP);
    return start.isAfter(mark.from()) ? start : mark.from();
  }

  /** Operator: totals of these versions; versions that were never used are absent. */
  public Mono<List<Total>> totals(Collection<String> keyIds) {
    return Session.with(
        connections,
        session ->
            session
                .query(TOTALS, Dated::total, (Object) keyIds.toArray(String[]::new))
                .collectList());
  }

  /**
   * A page of changed totals.
   *
   * @param next pass it to the next call
   */
  public record Changed(List<Total> totals, Mark next) {
    public Changed {
      totals = List.copyOf(totals);
    }
  }

  /**
   * How far changed totals were read, in the database's time.
   *
   * @param from where the next page begins
   * @param nextRound where the round after this one begins; null between two rounds
   */
  public record Mark(Instant from, @Nullable Instant nextRound) {

    /** Before the first round: everything. */
    public static final Mark BEGINNING = new Mark(Instant.EPOCH, null);
  }

  /**
   * Up to when usage is known.
   *
   * @param flushedAt everything that every live replica counted before it is stored; one that has
   *     stored nothing yet counted nothing before it registered. Null while {@code replicas} is 0
   * @param now when this was read, on the database's clock
   */
  public record Completeness(long replicas, @Nullable Instant flushedAt, Instant now) {}

  public record Total(String keyId, String apiKeyUid, long requests, Instant lastUsedAt) {}

  private record Dated(Total total, Instant changedAt) {
    static Dated of(Row row) {
      return new Dated(total(row), Column.instant(row, 4));
    }

    static Total total(Row row) {
      return new Total(
          Column.text(row, 0), Column.text(row, 1), Column.number(row, 2), Column.instant(row, 3));
    }
  }
}
