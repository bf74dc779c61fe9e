package dev.keygate.store.connection;

import reactor.core.publisher.Mono;

/**
 * Which running PostgreSQL a session is with: system identifier, timeline and start of the
 * postmaster. A restart, a promotion and a stopped copy that was put back each make a new one; on a
 * new one commits may be missing, so nobody relies on it until an operator has vouched for it.
 *
 * @param text compared as a whole
 */
public record Instance(String text) {

  private static final String VOUCHED =
      "SELECT vouched IS NULL OR vouched = keygate_instance() FROM feed_head WHERE id = 1";

  public static Mono<Instance> read(Session session) {
    return session
        .query("SELECT keygate_instance()", row -> new Instance(Column.text(row, 0)))
        .single();
  }

  /**
   * For gateways, once on each new connection before anything of the feed is read: fails with
   * StoreUnavailableException while no operator has vouched for this instance. Before the first
   * operator has led there is nothing to vouch for, and it completes.
   */
  public static Mono<Void> requireVouched(Session session) {
    return session
        .query(VOUCHED, row -> Column.required(row, 0, Boolean.class))
        .single()
        .flatMap(vouched -> vouched ? Mono.empty() : Mono.error(unvouched()));
  }

  private static StoreUnavailableException unvouched() {
    return new StoreUnavailableException(
        "PostgreSQL was restarted, failed over or restored, and no operator has vouched for it yet",
        new IllegalStateException("feed_head.vouched names another instance"));
  }
}
