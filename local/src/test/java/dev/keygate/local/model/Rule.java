package dev.keygate.local.model;

/**
 * What the protocol asks of its parts, one by one, so that a model can leave one out. Where several
 * constants carry one number they are the parts of one rule.
 */
enum Rule {

  /**
   * A gateway makes its row in a commit of its own; only a statement begun afterwards may grant a
   * lease. Left out: the first renewal inserts the row that it misses.
   */
  REGISTRATION_IS_A_COMMIT_OF_ITS_OWN("1"),

  /**
   * A renewal only updates; zero rows mean that the registration is gone, and the lease with it.
   * Left out: a renewal makes again a row that was removed while it was under way.
   */
  RENEWAL_ONLY_UPDATES("2"),

  /** With its registration a gateway loses its lease at once. Left out: it serves until the end. */
  LEASE_ENDS_WITH_THE_REGISTRATION("2"),

  /**
   * A row is removed only after the operator saw it unchanged for the lease, counted from its own
   * first sight. Left out: after half of it.
   */
  ROW_STAYS_FOR_THE_LEASE("3"),

  /** The lease counts from before the renewal was sent. Left out: from its answer. */
  LEASE_COUNTS_FROM_BEFORE_SENDING("4"),

  /**
   * The lease counts once the view has reached the head which that renewal read. Left out: at once.
   */
  VIEW_REACHES_THE_HEAD("4"),

  /**
   * The time until a change is final without acknowledgements counts from when the operator knows
   * its commit. Left out: from the transaction's begin.
   */
  WAIT_COUNTS_FROM_KNOWING("5"),

  /** A gateway's lease is what the store says. Left out: a setting of its own, one tick longer. */
  LEASE_COMES_FROM_THE_STORE("6"),

  /**
   * After the lease was shortened the operator reckons with the longer one. Left out: with the new
   * one at once.
   */
  LONGER_LEASE_COUNTS_AFTER_A_CHANGE("6"),

  /**
   * One id per process start, never reused. Left out: all processes have one id, as if it were the
   * name of a pod.
   */
  ONE_ID_PER_START("7"),

  /**
   * The rows are read after the commit is known. Left out: which rows there are is read when the
   * transaction begins.
   */
  ROWS_ARE_READ_AFTER_KNOWING("8"),

  /**
   * Every change of keys carries the term. Left out: a deposed operator carries out what it meant
   * to do before.
   */
  WRITES_ARE_FENCED("9"),

  /**
   * The removal of a row carries the term too. Left out: a deposed operator, which knows only a
   * shorter lease of before, removes the row of a gateway that serves.
   */
  REMOVALS_ARE_FENCED("9"),

  /**
   * Key and lease are looked at again when the answer is committed. Left out: only when the request
   * is authorised.
   */
  CHECKED_AGAIN_AT_THE_ANSWER("10"),

  /**
   * A replica acknowledges only when no event loop is between that check and the write which it
   * guards. Left out: at once after the swap.
   */
  EVENT_LOOPS_PASS_BEFORE_ACKNOWLEDGING("10"),

  /**
   * On an instance of PostgreSQL that no operator vouched for, gateways neither read, register nor
   * renew. Left out: they don't look.
   */
  INSTANCE_IS_VOUCHED_FOR("vouching"),

  /**
   * Before it publishes that something is final, the operator raises the anchor, outside of
   * PostgreSQL; on a new instance it looks it up, and revokes again what it misses before it
   * vouches. Left out: it vouches for what it finds.
   */
  ANCHOR_IS_LOOKED_UP("anchor"),

  /**
   * For the lease after an operator first saw an instance, acknowledgements alone make nothing
   * final: rows may have been lost with the old one.
   */
  NEW_INSTANCE_WAITS_FOR_LEASES("wait"),

  /**
   * The wait on a new instance is over for a successor only if an operator put down that it is.
   * Left out: a successor believes a vouched instance to be an old one.
   */
  SUCCESSOR_WAITS_TOO("wait"),

  /**
   * A position is a number together with a random id of its change. Left out: with readers and
   * renewals that look at the number only.
   */
  POSITIONS_CARRY_THE_CHANGE_ID("change_id"),

  /**
   * An operator that looks the anchor up has claimed it before, so that a deposed one cannot raise
   * it any more, and publishes nothing. Left out: anybody raises it.
   */
  ANCHOR_IS_CLAIMED("anchor"),

  /**
   * What an operator knew of an older instance (commits, rows) counts no more once it sees a new
   * one, except for what it has already put into the anchor.
   */
  KNOWLEDGE_IS_OF_ONE_INSTANCE("instance");

  private final String number;

  Rule(String number) {
    this.number = number;
  }

  /** Its number in the decision record, or its name there. */
  String number() {
    return number;
  }
}
