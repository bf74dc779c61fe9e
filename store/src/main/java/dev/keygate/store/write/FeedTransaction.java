package dev.keygate.store.write;

import dev.keygate.store.connection.Column;
import dev.keygate.store.connection.Session;
import dev.keygate.store.feed.FeedPosition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Mono;

/**
 * One transaction of the feed: takes the head's lock with the fence, reads, decides in memory,
 * writes, commits. Commands that change nothing give the feed's number back.
 */
final class FeedTransaction {

  /**
   * Zero rows: another leader, or another instance. The row's lock is held until the transaction
   * ends.
   */
  private static final String LOCK =
      "UPDATE feed_head SET seq = seq + 1, change_id = $4 WHERE "
          + Fence.HOLDS
          + " RETURNING epoch, seq, clock_timestamp()";

  private static final String PREVIOUS =
      "SELECT change_id FROM change_log WHERE seq = $1 ORDER BY ord LIMIT 1";

  private final Session session;
  private final Fence fence;
  private final List<Command<?>> commands;
  private final UUID changeId = UUID.randomUUID();

  FeedTransaction(Session session, Fence fence, List<Command<?>> commands) {
    this.session = session;
    this.fence = fence;
    this.commands = commands;
  }

  /**
   * Fails with DeposedException; with a driver's failure; or with any other exception when one of
   * the commands is broken. The transaction is rolled back unless the connection is lost.
   */
  Mono<Outcome> run() {
    return session
        .run("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
        .then(lock())
        .flatMap(this::carryOut)
        .onErrorResume(
            error -> session.run("ROLLBACK").onErrorComplete().then(Mono.<Outcome>error(error)));
  }

  private Mono<Locked> lock() {
    return session
        .query(
            LOCK,
            row -> new Locked(Column.uuid(row, 0), Column.number(row, 1), Column.instant(row, 2)),
            fence.term(),
            fence.leader(),
            fence.instance().text(),
            changeId)
        .singleOrEmpty()
        .switchIfEmpty(Mono.defer(() -> fence.broken(session)));
  }

  private Mono<Outcome> carryOut(Locked locked) {
    return new BatchLoad(commands)
        .into(new WorkingSet(locked.seq(), locked.now()), session)
        .flatMap(
            set -> {
              List<Object> results = new ArrayList<>(commands.size());
              commands.forEach(command -> results.add(decide(set, command)));
              return set.changes().isEmpty()
                  ? giveBack(locked, results)
                  : commit(locked, set, results);
            });
  }

  private static Object decide(WorkingSet set, Command<?> command) {
    return switch (command) {
      case Command.PutOrganization put -> OrganizationRules.put(set, put);
      case Command.RemoveOrganization remove -> OrganizationRules.remove(set, remove);
      case Command.PutKey put -> KeyRules.put(set, put);
      case Command.IssueVersion issue -> KeyRules.issue(set, issue);
      case Command.ActivateVersion activate -> KeyRules.activate(set, activate);
      case Command.RevokeVersions revoke -> KeyRules.revoke(set, revoke);
      case Command.RemoveKey remove -> KeyRules.remove(set, remove);
    };
  }

  private Mono<Outcome> giveBack(Locked locked, List<Object> results) {
    long previous = locked.seq() - 1;
    return session
        .query(PREVIOUS, row -> Column.uuid(row, 0), previous)
        .single()
        .flatMap(
            id ->
                session
                    .run("ROLLBACK")
                    .then(Mono.fromCallable(() -> outcome(results, locked.epoch(), previous, id))));
  }

  private Mono<Outcome> commit(Locked locked, WorkingSet set, List<Object> results) {
    return new BatchWrite(set, session)
        .run(changeId, fence.term())
        .then(session.run("COMMIT"))
        .then(Mono.fromCallable(() -> outcome(results, locked.epoch(), locked.seq(), changeId)));
  }

  private static Outcome outcome(List<Object> results, UUID epoch, long seq, UUID changeId) {
    return new Outcome(results, new FeedPosition(epoch, seq, changeId), System.nanoTime());
  }

  private record Locked(UUID epoch, long seq, Instant now) {}

  /**
   * The results in the order of the commands.
   *
   * @param knownAtNanos when the end of the transaction became known here
   */
  record Outcome(List<Object> results, FeedPosition position, long knownAtNanos) {}
}
