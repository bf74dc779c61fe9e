package dev.keygate.store.feed;

import dev.keygate.store.connection.Column;
import dev.keygate.store.connection.Session;
import java.time.Duration;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Reads all usable keys in pages, each of which is one row: a million rows of their own cost the
 * driver more than ten times as much. Pages are taken apart on a thread of their own, while the
 * next ones arrive.
 */
final class KeyPages {

  private static final long VERSIONS_PER_PAGE = 4_000;

  private static final String COUNT = "SELECT count(*) FROM key_version WHERE state <> 'revoked'";

  /*
   * Keys are dealt out to pages by a hash of their UID, all versions of a key to one page. So the
   * server reads both tables from front to end and sorts once; pages by ranges of UIDs would make it
   * visit every row by way of an index, at three times the cost. Neither separator can be part of a
   * value: the schema allows only printable ASCII.
   */
  private static final String PAGES =
      """
      SELECT string_agg(
               concat_ws(E'\\x1f', v.api_key_uid, v.key_id,
                 CASE WHEN v.state = 'retiring' THEN 'r' ELSE '' END, k.organization_id, k.environment,
                 array_to_string(k.permissions, ' '),
                 (extract(epoch FROM k.expires_at) * 1000000)::bigint),
               E'\\x1e' ORDER BY v.api_key_uid, v.number),
             string_agg(v.hash, ''::bytea ORDER BY v.api_key_uid, v.number)
      FROM key_version v JOIN api_key k ON k.uid = v.api_key_uid
      WHERE v.state <> 'revoked'
      GROUP BY (hashtext(v.api_key_uid) & 2147483647) % $1::int
      """;

  private KeyPages() {}

  /** Within a transaction of the caller, so that everything shows one state. */
  static Mono<Void> read(Session session, Duration timeout, Consumer<FeedKey> keys) {
    return session
        .query(COUNT, row -> Column.number(row, 0))
        .single()
        .timeout(timeout)
        .flatMap(
            count ->
                Flux.using(
                        () -> Schedulers.newSingle("keygate-view", true),
                        parser -> pages(session, count, timeout, new KeyRows(keys), parser),
                        Scheduler::dispose)
                    .then());
  }

  private static Flux<Page> pages(
      Session session, long count, Duration timeout, KeyRows rows, Scheduler parser) {
    int pages = Math.toIntExact(1 + count / VERSIONS_PER_PAGE);
    return session
        .query(
            PAGES,
            row -> new Page(Column.text(row, 0), Column.required(row, 1, byte[].class)),
            pages)
        .timeout(timeout)
        .publishOn(parser, 2)
        .doOnNext(page -> rows.add(page.text, page.hashes))
        .doOnComplete(rows::finish);
  }

  /** Not a record: it has an array, and nobody compares pages. */
  private static final class Page {
    private final String text;
    private final byte[] hashes;

    Page(String text, byte[] hashes) {
      this.text = text;
      this.hashes = hashes;
    }
  }
}
