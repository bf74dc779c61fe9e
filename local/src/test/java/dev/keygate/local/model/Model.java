package dev.keygate.local.model;

import dev.keygate.store.feed.FeedStep;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Everything that can happen next in a world. One key exists and is usable; its resource says from
 * the beginning that it is revoked; the operator revokes it at any time, or at none.
 *
 * <p>A pause needs no step of its own: any process may do nothing while time passes. Nor does a
 * crash: a process that does nothing any more can do no less harm. Nor a lost or late request: what
 * arrives late could have been sent late, with a lease that lasts longer and a position that says
 * more, so to send a statement and to begin it is one step. Beginning it (when it sees the store)
 * and committing it are two, and its answer may come late or never.
 *
 * <p>Not in it: how fast clocks run against each other, the event loops beyond one check and one
 * answer, rotation, and the API server beyond the anchor.
 */
final class Model {

  /** Receives what can happen next: a sentence about somebody, by number, and what comes of it. */
  interface Steps {
    void add(String actor, int number, String what, World next);
  }

  private static final String GATEWAY = "gateway";
  private static final String OPERATOR = "operator";
  private static final String POSTGRESQL = "PostgreSQL";

  // Stages of an operator.
  private static final int OFF = 0;
  private static final int IDLE = 1;
  private static final int BEGUN = 2;
  private static final int KNOWN = 3;
  private static final int DECIDED = 4;
  private static final int ANCHORED = 5;

  // Stages of a renewal.
  private static final int NONE = 0;
  private static final int UNDER_WAY = 1;
  private static final int GRANTED = 2;

  private static final int ALL_ROWS = (1 << World.GATEWAYS) - 1;

  private final Bounds bounds;
  private final Set<Rule> rules;
  private final Decisions decisions = new Decisions();

  Model(Bounds bounds, Set<Rule> rules) {
    if (bounds.changes() + bounds.failovers() >= World.CHANGES
        || bounds.gateways() > World.GATEWAYS
        || bounds.operators() > World.OPERATORS) {
      throw new IllegalArgumentException("too large for the model: " + bounds);
    }
    this.bounds = bounds;
    this.rules = EnumSet.copyOf(rules);
  }

  World initial() {
    return World.EMPTY
        .with(World.STAGE[0], IDLE)
        .with(World.CONNECTED_FOR[0], bounds.longestLease())
        .with(World.STALE_COMMAND[0], bounds.staleCommand() ? 1 : 0)
        .with(World.SETTLED, 1)
        .with(World.STORE_LEASE, bounds.firstLease());
  }

  /** The invariant's opposite: called final, and a gateway would still answer. */
  boolean violated(World world) {
    if (!world.is(World.FINAL)) {
      return false;
    }
    for (int gateway = 0; gateway < bounds.gateways(); gateway++) {
      if (authorises(world, gateway) || world.is(World.ANSWERING[gateway])) {
        return true;
      }
    }
    return false;
  }

  /**
   * The one world that stands for all which differ in nothing that matters: gateways are alike as
   * long as each has a row of its own; a lease is of no use where the key is revoked for good, nor
   * is a granted one that is no longer than the one in force.
   */
  World canonical(World world) {
    World canonical = world;
    boolean forGood = forGood(world);
    for (int gateway = 0; gateway < bounds.gateways(); gateway++) {
      if (forGood && world.is(World.VIEW[gateway]) && !world.is(World.VIEW_USABLE[gateway])) {
        canonical = canonical.with(World.LEASE[gateway], 0).with(World.RENEWAL_LEFT[gateway], 0);
      }
      if (canonical.get(World.RENEWAL[gateway]) == GRANTED
          && canonical.get(World.RENEWAL_LEFT[gateway]) <= canonical.get(World.LEASE[gateway])
          && keeps(Rule.LEASE_COUNTS_FROM_BEFORE_SENDING)) {
        canonical = withoutRenewal(canonical, gateway);
      }
    }
    return keeps(Rule.ONE_ID_PER_START) ? canonical.canonical() : canonical;
  }

  /** Nothing that can still happen makes the key usable again. */
  private boolean forGood(World world) {
    return world.get(World.INSTANCE) == bounds.failovers()
        && !bounds.staleCommand()
        && !Feed.usable(world, world.get(World.HEAD));
  }

  void next(World world, Steps steps) {
    for (int gateway = 0; gateway < bounds.gateways(); gateway++) {
      view(world, gateway, steps);
      register(world, gateway, steps);
      renew(world, gateway, steps);
      answerRequests(world, gateway, steps);
    }
    for (int operator = 0; operator < bounds.operators(); operator++) {
      lead(world, operator, steps);
      if (world.get(World.STAGE[operator]) != OFF) {
        connect(world, operator, steps);
        write(world, operator, steps);
        if (!world.is(World.FINAL)) {
          watchRows(world, operator, steps);
          finish(world, operator, steps);
        }
      }
    }
    passTime(world, steps);
    failOver(world, steps);
  }

  // A gateway.

  /** Reads the feed: as it is, or as it was a moment ago when the answer comes late. */
  private void view(World world, int gateway, Steps steps) {
    if (!serves(world)) {
      return;
    }
    int head = world.get(World.HEAD);
    if (!world.is(World.VIEW[gateway])) {
      steps.add(GATEWAY, gateway, "reads everything", at(world, gateway, head));
      return;
    }
    int view = world.get(World.VIEW[gateway]) - 1;
    boolean anyChange = !keeps(Rule.POSITIONS_CARRY_THE_CHANGE_ID);
    for (int last = head; ; last = Feed.parent(world, last)) {
      if (last == head || !Feed.contains(world, view, last)) {
        switch (decisions.follow(world, view, last, anyChange)) {
          case FeedStep.Unchanged unchanged -> {}
          case FeedStep.Advance advance ->
              steps.add(GATEWAY, gateway, "follows the feed", advanced(world, gateway, view, last));
          case FeedStep.Mismatch mismatch ->
              steps.add(GATEWAY, gateway, "reads everything again", at(world, gateway, last));
        }
      }
      if (last == 0) {
        break;
      }
    }
  }

  private static World at(World world, int gateway, int change) {
    return world
        .with(World.VIEW[gateway], change + 1)
        .with(World.VIEW_USABLE[gateway], Feed.usable(world, change) ? 1 : 0);
  }

  private static World advanced(World world, int gateway, int view, int last) {
    int usable = world.get(World.VIEW_USABLE[gateway]);
    int from = Feed.seq(world, view);
    int each = last;
    while (Feed.seq(world, each) > from) {
      if (world.get(World.KIND[each]) != Feed.OTHER) {
        usable = Feed.usable(world, each) ? 1 : 0;
        break;
      }
      each = Feed.parent(world, each);
    }
    return world.with(World.VIEW[gateway], last + 1).with(World.VIEW_USABLE[gateway], usable);
  }

  private void register(World world, int gateway, Steps steps) {
    int row = row(gateway);
    if (serves(world)
        && world.is(World.VIEW[gateway])
        && !world.is(World.REGISTERED[gateway])
        && keeps(Rule.REGISTRATION_IS_A_COMMIT_OF_ITS_OWN)) {
      steps.add(
          GATEWAY,
          gateway,
          "registers",
          world.with(World.ROW[row], 1).with(World.REGISTERED[gateway], 1));
    }
    if (!world.is(World.ANSWERING[gateway]) && world.is(World.VIEW[gateway])) {
      if (!world.is(World.ROW[row])) {
        steps.add(GATEWAY, gateway, "starts again, under a new id", world.without(gateway));
      } else if (serves(world) && keeps(Rule.ONE_ID_PER_START)) {
        steps.add(GATEWAY, gateway, "stops and takes its row along", world.without(gateway));
      }
    }
  }

  private void renew(World world, int gateway, Steps steps) {
    switch (world.get(World.RENEWAL[gateway])) {
      case NONE -> beginRenewal(world, gateway, steps);
      case UNDER_WAY -> commitRenewal(world, gateway, steps);
      default -> {
        steps.add(GATEWAY, gateway, "loses the answer", withoutRenewal(world, gateway));
        if (reached(world, gateway) || !keeps(Rule.VIEW_REACHES_THE_HEAD)) {
          int granted =
              keeps(Rule.LEASE_COUNTS_FROM_BEFORE_SENDING)
                  ? world.get(World.RENEWAL_LEFT[gateway])
                  : world.get(World.STORE_LEASE);
          steps.add(
              GATEWAY,
              gateway,
              "has a lease for " + granted,
              withoutRenewal(world, gateway)
                  .with(World.REGISTERED[gateway], 1)
                  .with(World.LEASE[gateway], Math.max(granted, world.get(World.LEASE[gateway]))));
        }
      }
    }
  }

  /** An answer that could also come later, after a statement that was sent later. */
  private World refused(World world, int gateway) {
    int left = keeps(Rule.LEASE_ENDS_WITH_THE_REGISTRATION) ? 0 : world.get(World.LEASE[gateway]);
    return withoutRenewal(world, gateway)
        .with(World.LEASE[gateway], left)
        .with(World.REGISTERED[gateway], 0);
  }

  private void beginRenewal(World world, int gateway, Steps steps) {
    boolean inserts = !keeps(Rule.REGISTRATION_IS_A_COMMIT_OF_ITS_OWN);
    boolean loopsBusy =
        world.is(World.ANSWERING[gateway])
            && keeps(Rule.EVENT_LOOPS_PASS_BEFORE_ACKNOWLEDGING)
            && keeps(Rule.CHECKED_AGAIN_AT_THE_ANSWER);
    if (!serves(world)
        || !world.is(World.VIEW[gateway])
        || !(world.is(World.REGISTERED[gateway]) || inserts)
        || loopsBusy) {
      return;
    }
    int position = world.get(World.VIEW[gateway]) - 1;
    int head = world.get(World.HEAD);
    boolean inFeed =
        keeps(Rule.POSITIONS_CARRY_THE_CHANGE_ID)
            ? Feed.contains(world, head, position)
            : Feed.epoch(world, position) == Feed.epoch(world, head)
                && Feed.seq(world, position) <= Feed.seq(world, head);
    boolean there = world.is(World.ROW[row(gateway)]);
    boolean mayInsert = inserts && !world.is(World.REGISTERED[gateway]);
    if (!inFeed || !(there || mayInsert)) {
      steps.add(
          GATEWAY,
          gateway,
          "renews, which touches zero rows: its lease ends",
          refused(world, gateway));
      return;
    }
    int lease =
        keeps(Rule.LEASE_COMES_FROM_THE_STORE)
            ? world.get(World.STORE_LEASE)
            : bounds.longestLease() + 1;
    steps.add(
        GATEWAY,
        gateway,
        "sends a renewal, which reads the head",
        world
            .with(World.RENEWAL[gateway], UNDER_WAY)
            .with(World.RENEWAL_POSITION[gateway], position)
            .with(World.RENEWAL_HEAD[gateway], head)
            .with(World.RENEWAL_ROW[gateway], there ? 1 : 0)
            .with(World.RENEWAL_LEFT[gateway], lease));
  }

  private void commitRenewal(World world, int gateway, Steps steps) {
    boolean makesRow =
        !keeps(Rule.RENEWAL_ONLY_UPDATES)
            || (!keeps(Rule.REGISTRATION_IS_A_COMMIT_OF_ITS_OWN)
                && !world.is(World.REGISTERED[gateway]));
    if (!world.is(World.RENEWAL_ROW[gateway]) && !makesRow) {
      steps.add(
          GATEWAY,
          gateway,
          "has a renewal that finds its row gone: its lease ends",
          refused(world, gateway));
      return;
    }
    int row = row(gateway);
    int position = world.get(World.RENEWAL_POSITION[gateway]);
    World renewed =
        world
            .with(World.ROW[row], 1)
            .with(World.RENEWAL[gateway], GRANTED)
            .with(World.RENEWAL_POSITION[gateway], 0)
            .with(World.RENEWAL_ROW[gateway], 0);
    if (!world.is(World.FINAL)) {
      renewed =
          renewed
              .with(World.ACKNOWLEDGED[row], position + 1)
              .with(World.SEEN[0][row], 0)
              .with(World.SEEN[1][row], 0);
    }
    steps.add(GATEWAY, gateway, "has its renewal committed", renewed);
  }

  private boolean reached(World world, int gateway) {
    int view = world.get(World.VIEW[gateway]) - 1;
    int head = world.get(World.RENEWAL_HEAD[gateway]);
    int beyond = Feed.seq(world, view) - Feed.seq(world, head);
    boolean same = view == head || (beyond == 0 && !keeps(Rule.POSITIONS_CARRY_THE_CHANGE_ID));
    return Feed.epoch(world, view) == Feed.epoch(world, head) && (beyond > 0 || same);
  }

  private static World withoutRenewal(World world, int gateway) {
    return world
        .with(World.RENEWAL[gateway], NONE)
        .with(World.RENEWAL_POSITION[gateway], 0)
        .with(World.RENEWAL_HEAD[gateway], 0)
        .with(World.RENEWAL_ROW[gateway], 0)
        .with(World.RENEWAL_LEFT[gateway], 0);
  }

  private void answerRequests(World world, int gateway, Steps steps) {
    if (!bounds.requests()) {
      return;
    }
    if (world.is(World.ANSWERING[gateway])) {
      steps.add(GATEWAY, gateway, "answers the request", world.with(World.ANSWERING[gateway], 0));
    } else if (authorises(world, gateway)) {
      steps.add(
          GATEWAY,
          gateway,
          "lets a request pass its last check",
          world.with(World.ANSWERING[gateway], 1));
    }
  }

  private static boolean authorises(World world, int gateway) {
    return world.is(World.LEASE[gateway]) && world.is(World.VIEW_USABLE[gateway]);
  }

  private boolean serves(World world) {
    return world.get(World.VOUCHED) == world.get(World.INSTANCE)
        || !keeps(Rule.INSTANCE_IS_VOUCHED_FOR);
  }

  private int row(int gateway) {
    return keeps(Rule.ONE_ID_PER_START) ? gateway : 0;
  }

  // An operator.

  /** A successor, also one that comes again after the store has forgotten it. */
  private void lead(World world, int operator, Steps steps) {
    boolean needed =
        !world.is(World.FINAL)
            || world.get(World.INSTANCE) < bounds.failovers()
            || world.get(World.VOUCHED) != world.get(World.INSTANCE);
    if (operator == 0 || world.get(World.LEADER) == operator || !needed) {
      return;
    }
    World others = keeps(Rule.REMOVALS_ARE_FENCED) ? unseen(world, 0) : world;
    World leading =
        forget(others, operator, IDLE)
            .with(World.LEADER, operator)
            .with(World.STORE_LEASE, bounds.laterLease());
    boolean settled =
        world.get(World.VOUCHED) == world.get(World.INSTANCE)
            && (world.is(World.SETTLED) || !keeps(Rule.SUCCESSOR_WAITS_TOO));
    steps.add(OPERATOR, operator, "leads", connected(leading, operator, settled));
  }

  /** Sees a new instance; says that the wait on one is over; vouches for one. */
  private void connect(World world, int operator, Steps steps) {
    int instance = world.get(World.INSTANCE);
    int bound = bound(operator);
    if (world.get(World.CONNECTED[operator]) != instance) {
      int stage = world.get(World.STAGE[operator]);
      boolean keptStage = stage == ANCHORED || !keeps(Rule.KNOWLEDGE_IS_OF_ONE_INSTANCE);
      World seen = keptStage ? world : forget(world, operator, IDLE);
      steps.add(OPERATOR, operator, "sees a new instance", connected(seen, operator, false));
      return;
    }
    if (!leads(world, operator)) {
      return;
    }
    if (world.get(World.VOUCHED) != instance) {
      vouch(world, operator, steps);
    } else if (!world.is(World.SETTLED) && world.get(World.CONNECTED_FOR[operator]) >= bound) {
      steps.add(
          OPERATOR,
          operator,
          "puts down that the wait on this instance is over",
          world.with(World.SETTLED, 1));
    }
  }

  private World connected(World world, int operator, boolean settled) {
    boolean waits =
        bounds.failovers() > 0
            && !settled
            && keeps(Rule.NEW_INSTANCE_WAITS_FOR_LEASES)
            && !world.is(World.FINAL);
    return world
        .with(World.CONNECTED[operator], world.get(World.INSTANCE))
        .with(World.CONNECTED_FOR[operator], waits ? 0 : bounds.longestLease())
        .with(World.ANCHOR_OWNER, operator);
  }

  private void vouch(World world, int operator, Steps steps) {
    int instance = world.get(World.INSTANCE);
    boolean missing =
        keeps(Rule.ANCHOR_IS_LOOKED_UP)
            && !Feed.contains(world, world.get(World.HEAD), world.get(World.ANCHOR));
    steps.add(
        OPERATOR,
        operator,
        missing ? "misses its anchor, revokes in a new epoch and vouches" : "vouches",
        (missing ? Feed.append(world, Feed.EPOCH) : world).with(World.VOUCHED, instance));
  }

  private void write(World world, int operator, Steps steps) {
    int stage = world.get(World.STAGE[operator]);
    boolean possible =
        connectedToVouched(world, operator)
            && (leads(world, operator) || !keeps(Rule.WRITES_ARE_FENCED))
            && world.get(World.MADE) < bounds.changes() + world.get(World.INSTANCE);
    boolean early =
        !keeps(Rule.WAIT_COUNTS_FROM_KNOWING) || !keeps(Rule.ROWS_ARE_READ_AFTER_KNOWING);
    boolean usable = Feed.usable(world, world.get(World.HEAD));
    if (possible && usable && stage == IDLE && early) {
      steps.add(OPERATOR, operator, "begins to revoke the key", begun(world, operator));
    } else if (possible && usable && stage == BEGUN) {
      World revoked = Feed.append(world, Feed.REVOKED);
      World known =
          revoked
              .with(World.STAGE[operator], KNOWN)
              .with(World.AWAITED[operator], revoked.get(World.HEAD))
              .with(World.STALE_COMMAND[operator], 0);
      steps.add(
          OPERATOR,
          operator,
          "commits the revocation",
          keeps(Rule.WAIT_COUNTS_FROM_KNOWING) ? known.with(World.KNOWN_FOR[operator], 0) : known);
    } else if (possible && usable && stage == IDLE) {
      steps.add(
          OPERATOR,
          operator,
          "commits the revocation",
          Feed.append(world, Feed.REVOKED).with(World.STALE_COMMAND[operator], 0));
    }
    if (possible && world.is(World.STALE_COMMAND[operator])) {
      steps.add(
          OPERATOR,
          operator,
          "carries out an old command: the key is usable",
          Feed.append(world, Feed.USABLE).with(World.STALE_COMMAND[operator], 0));
    }
    if (possible && bounds.changes() > 1 && !world.is(World.FINAL)) {
      steps.add(OPERATOR, operator, "commits another change", Feed.append(world, Feed.OTHER));
    }
  }

  private World begun(World world, int operator) {
    int rows = 0;
    for (int gateway = 0; gateway < bounds.gateways(); gateway++) {
      rows |= world.get(World.ROW[gateway]) << gateway;
    }
    return world
        .with(World.STAGE[operator], BEGUN)
        .with(World.KNOWN_FOR[operator], 0)
        .with(World.ROWS_SEEN[operator], keeps(Rule.ROWS_ARE_READ_AFTER_KNOWING) ? 0 : rows);
  }

  private void watchRows(World world, int operator, Steps steps) {
    if (world.get(World.CONNECTED[operator]) != world.get(World.INSTANCE)
        || !(leads(world, operator) || !keeps(Rule.REMOVALS_ARE_FENCED))) {
      return;
    }
    World looked = world;
    for (int row = 0; row < bounds.gateways(); row++) {
      if (!world.is(World.ROW[row])) {
        continue;
      }
      int seen = world.get(World.SEEN[operator][row]);
      if (seen == 0) {
        looked = looked.with(World.SEEN[operator][row], 1);
      } else if (decisions.isRemovable(seen - 1, removalBound(operator))) {
        World removed = world.with(World.ROW[row], 0).with(World.ACKNOWLEDGED[row], 0);
        for (int gateway = 0; gateway < bounds.gateways(); gateway++) {
          if (row(gateway) == row) {
            removed = removed.with(World.RENEWAL_ROW[gateway], 0);
          }
        }
        steps.add(
            OPERATOR,
            operator,
            "removes a row",
            removed.with(World.SEEN[0][row], 0).with(World.SEEN[1][row], 0));
      }
    }
    if (!looked.equals(world)) {
      steps.add(OPERATOR, operator, "looks at the rows", looked);
    }
  }

  /** From knowing of the revocation to calling it final. */
  private void finish(World world, int operator, Steps steps) {
    boolean connected = world.get(World.CONNECTED[operator]) == world.get(World.INSTANCE);
    switch (world.get(World.STAGE[operator])) {
      case IDLE -> {
        int head = world.get(World.HEAD);
        if (connected && !Feed.usable(world, head)) {
          steps.add(
              OPERATOR,
              operator,
              "knows that the revocation is committed",
              world
                  .with(World.STAGE[operator], KNOWN)
                  .with(World.AWAITED[operator], Feed.revocation(world, head))
                  .with(World.STALE_COMMAND[operator], 0)
                  .with(
                      World.ROWS_SEEN[operator],
                      keeps(Rule.ROWS_ARE_READ_AFTER_KNOWING) ? 0 : ALL_ROWS));
        }
      }
      case KNOWN -> {
        if (decided(world, operator)) {
          if (!bounds.anchored() || !keeps(Rule.ANCHOR_IS_LOOKED_UP)) {
            steps.add(OPERATOR, operator, "calls it final", called(world));
          } else {
            steps.add(
                OPERATOR,
                operator,
                "finds it final",
                world
                    .with(World.STAGE[operator], DECIDED)
                    .with(World.KNOWN_FOR[operator], 0)
                    .with(World.ROWS_SEEN[operator], 0));
          }
        }
      }
      case DECIDED -> {
        if (world.get(World.ANCHOR_OWNER) == operator || !keeps(Rule.ANCHOR_IS_CLAIMED)) {
          steps.add(OPERATOR, operator, "raises the anchor", anchored(world, operator));
        }
      }
      case ANCHORED -> steps.add(OPERATOR, operator, "calls it final", called(world));
      default -> {}
    }
  }

  private boolean decided(World world, int operator) {
    int bound = bound(operator);
    int knownFor = world.get(World.KNOWN_FOR[operator]);
    if (knownFor >= bound) {
      return true;
    }
    if (world.get(World.CONNECTED[operator]) != world.get(World.INSTANCE)
        || world.get(World.CONNECTED_FOR[operator]) < bound) {
      return false;
    }
    int counted =
        keeps(Rule.ROWS_ARE_READ_AFTER_KNOWING) ? ALL_ROWS : world.get(World.ROWS_SEEN[operator]);
    List<Integer> rows = new ArrayList<>();
    for (int row = 0; row < bounds.gateways(); row++) {
      if (world.is(World.ROW[row]) && (counted >> row & 1) == 1) {
        rows.add(world.get(World.ACKNOWLEDGED[row]));
      }
    }
    return decisions.isFinal(world, world.get(World.AWAITED[operator]), knownFor, bound, rows);
  }

  private static World anchored(World world, int operator) {
    int change = world.get(World.AWAITED[operator]);
    boolean covered = Feed.contains(world, world.get(World.ANCHOR), change);
    return world
        .with(World.ANCHOR, covered ? world.get(World.ANCHOR) : change)
        .with(World.AWAITED[operator], 0)
        .with(World.STAGE[operator], ANCHORED);
  }

  /** What operators and rows say about finality matters no more. */
  private World called(World world) {
    World called = world.with(World.FINAL, 1);
    for (int operator = 0; operator < bounds.operators(); operator++) {
      if (world.get(World.STAGE[operator]) != OFF) {
        called =
            forget(called, operator, IDLE)
                .with(World.STALE_COMMAND[operator], world.get(World.STALE_COMMAND[operator]))
                .with(World.CONNECTED_FOR[operator], bounds.longestLease());
      }
    }
    for (int row = 0; row < bounds.gateways(); row++) {
      called = called.with(World.ACKNOWLEDGED[row], 0).with(World.COPY_ACKNOWLEDGED[row], 0);
    }
    return called;
  }

  private World forget(World world, int operator, int stage) {
    World fresh =
        world
            .with(World.STAGE[operator], stage)
            .with(World.AWAITED[operator], 0)
            .with(World.KNOWN_FOR[operator], 0)
            .with(World.ROWS_SEEN[operator], 0)
            .with(World.STALE_COMMAND[operator], 0);
    return unseen(fresh, operator);
  }

  private World unseen(World world, int operator) {
    World unseen = world;
    for (int row = 0; row < bounds.gateways(); row++) {
      unseen = unseen.with(World.SEEN[operator][row], 0);
    }
    return unseen;
  }

  private static boolean leads(World world, int operator) {
    return world.get(World.LEADER) == operator;
  }

  private static boolean connectedToVouched(World world, int operator) {
    int instance = world.get(World.INSTANCE);
    return world.get(World.CONNECTED[operator]) == instance && world.get(World.VOUCHED) == instance;
  }

  /** The lease that an operator reckons with. */
  private int bound(int operator) {
    if (operator == 0) {
      return bounds.firstLease();
    }
    return keeps(Rule.LONGER_LEASE_COUNTS_AFTER_A_CHANGE)
        ? bounds.longestLease()
        : bounds.laterLease();
  }

  private int removalBound(int operator) {
    return keeps(Rule.ROW_STAYS_FOR_THE_LEASE) ? bound(operator) : bound(operator) / 2;
  }

  // Everything else.

  private void passTime(World world, Steps steps) {
    World later = world;
    for (int gateway = 0; gateway < bounds.gateways(); gateway++) {
      if (world.is(World.ANSWERING[gateway]) && keeps(Rule.CHECKED_AGAIN_AT_THE_ANSWER)) {
        // The check and the write that it guards take no time.
        return;
      }
      later = less(later, World.LEASE[gateway]);
      later = less(later, World.RENEWAL_LEFT[gateway]);
      for (int operator = 0; operator < bounds.operators(); operator++) {
        if (later.is(World.SEEN[operator][gateway])) {
          later = more(later, World.SEEN[operator][gateway], bounds.longestLease() + 1);
        }
      }
    }
    for (int operator = 0; operator < bounds.operators(); operator++) {
      int stage = later.get(World.STAGE[operator]);
      if (stage == BEGUN || stage == KNOWN) {
        later = more(later, World.KNOWN_FOR[operator], bounds.longestLease());
      }
      if (stage != OFF) {
        later = more(later, World.CONNECTED_FOR[operator], bounds.longestLease());
      }
    }
    if (!later.equals(world)) {
      steps.add("", 0, "a tick passes", later);
    }
  }

  private static World less(World world, World.Field field) {
    return world.is(field) ? world.with(field, world.get(field) - 1) : world;
  }

  private static World more(World world, World.Field field, int most) {
    return world.get(field) < most ? world.with(field, world.get(field) + 1) : world;
  }

  private void failOver(World world, Steps steps) {
    if (world.get(World.INSTANCE) == bounds.failovers()) {
      return;
    }
    if (!world.is(World.COPIED)) {
      World copied =
          world
              .with(World.COPIED, 1)
              .with(World.COPY_HEAD, world.get(World.HEAD))
              .with(World.COPY_LEADER, world.get(World.LEADER))
              .with(World.COPY_LEASE, world.get(World.STORE_LEASE))
              .with(World.COPY_VOUCHED, world.get(World.VOUCHED));
      for (int row = 0; row < bounds.gateways(); row++) {
        copied =
            copied
                .with(World.COPY_ROW[row], world.get(World.ROW[row]))
                .with(World.COPY_ACKNOWLEDGED[row], world.get(World.ACKNOWLEDGED[row]));
      }
      steps.add(POSTGRESQL, 0, "is copied", copied);
      return;
    }
    World failed =
        world
            .with(World.INSTANCE, world.get(World.INSTANCE) + 1)
            .with(World.SETTLED, 0)
            .with(World.COPIED, 0)
            .with(World.HEAD, world.get(World.COPY_HEAD))
            .with(World.LEADER, world.get(World.COPY_LEADER))
            .with(World.STORE_LEASE, world.get(World.COPY_LEASE))
            .with(World.VOUCHED, world.get(World.COPY_VOUCHED))
            .with(World.COPY_HEAD, 0)
            .with(World.COPY_LEADER, 0)
            .with(World.COPY_LEASE, 0)
            .with(World.COPY_VOUCHED, 0);
    for (int row = 0; row < bounds.gateways(); row++) {
      failed =
          failed
              .with(World.ROW[row], world.get(World.COPY_ROW[row]))
              .with(World.ACKNOWLEDGED[row], world.get(World.COPY_ACKNOWLEDGED[row]))
              .with(World.COPY_ROW[row], 0)
              .with(World.COPY_ACKNOWLEDGED[row], 0);
      if (world.get(World.RENEWAL[row]) == UNDER_WAY) {
        failed = withoutRenewal(failed, row);
      }
    }
    steps.add(POSTGRESQL, 0, "fails over to the copy", failed);
  }

  private boolean keeps(Rule rule) {
    return rules.contains(rule);
  }
}
