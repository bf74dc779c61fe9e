package dev.keygate.store.feed;

import dev.keygate.store.connection.Column;
import dev.keygate.store.connection.Session;
import io.r2dbc.spi.Row;
import java.time.Duration;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Reads all usable keys in pages, each of which is one row of text: a million rows of their own
 * cost the driver more than ten times as much. While one page is taken apart the server prepares
 * the next.
 */
final class KeyPages {

  private static final int VERSIONS_PER_PAGE = 5_000;

  /**
   * The next versions in the order of (key, number). Neither separator can be part of a value: the
   * schema allows only printable ASCII. The condition on {@code k.uid} says nothing new, but lets a
   * merge join begin where the page does.
   */
  private static final String PAGE =
      """
      SELECT count(*), max(p.uid), (array_agg(p.number))[count(*)::int],
             string_agg(
               concat_ws(E'\\x1f', p.uid, p.key_id, p.organization_id, p.environment,
                 array_to_string(p.permissions, ' '),
                 (extract(epoch FROM p.expires_at) * 1000000)::bigint),
               E'\\x1e'),
             string_agg(p.hash, ''::bytea)
      FROM (
        SELECT v.api_key_uid AS uid, v.number, v.key_id, v.hash, k.organization_id, k.environment,
               k.permissions, k.expires_at
        FROM key_version v JOIN api_key k ON k.uid = v.api_key_uid
        WHERE v.state <> 'revoked' AND (v.api_key_uid, v.number) > ($1, $2) AND k.uid >= $1
        ORDER BY v.api_key_uid, v.number
        LIMIT $3
      ) AS p
      """;

  private KeyPages() {}

  /** Within a transaction of the caller, so that all pages show one state. */
  static Mono<Void> read(Session session, Duration timeout, Consumer<FeedKey> keys) {
    return Flux.using(
            () -> Schedulers.newSingle("keygate-view", true),
            parser -> read(session, timeout, new KeyRows(keys), parser),
            Scheduler::dispose)
        .then();
  }

  private static Flux<Page> read(
      Session session, Duration timeout, KeyRows rows, Scheduler parser) {
    return next(session, timeout, Page.BEFORE_ALL)
        .expand(page -> page.isLast() ? Mono.empty() : next(session, timeout, page))
        .publishOn(parser, 2)
        .doOnNext(page -> rows.add(page.text(), page.hashes()))
        .doOnComplete(rows::finish);
  }

  private static Mono<Page> next(Session session, Duration timeout, Page before) {
    return session
        .query(PAGE, Page::of, before.lastUid(), before.lastNumber(), VERSIONS_PER_PAGE)
        .single()
        .timeout(timeout);
  }

  /** Equality is never asked for: a page is used once. */
  private static final class Page {
    static final Page BEFORE_ALL = new Page(VERSIONS_PER_PAGE, "", 0, "", new byte[0]);

    private final long count;
    private final String lastUid;
    private final int lastNumber;
    private final String text;
    private final byte[] hashes;

    private Page(long count, String lastUid, int lastNumber, String text, byte[] hashes) {
      this.count = count;
      this.lastUid = lastUid;
      this.lastNumber = lastNumber;
      this.text = text;
      this.hashes = hashes;
    }

    static Page of(Row row) {
      long count = Column.number(row, 0);
      return count == 0
          ? new Page(0, "", 0, "", new byte[0])
          : new Page(
              count,
              Column.text(row, 1),
              Column.required(row, 2, Integer.class),
              Column.text(row, 3),
              Column.required(row, 4, byte[].class));
    }

    boolean isLast() {
      return count < VERSIONS_PER_PAGE;
    }

    String lastUid() {
      return lastUid;
    }

    int lastNumber() {
      return lastNumber;
    }

    String text() {
      return text;
    }

    byte[] hashes() {
      return hashes;
    }
  }
}
