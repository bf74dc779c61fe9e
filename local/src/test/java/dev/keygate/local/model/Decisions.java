package dev.keygate.local.model;

import dev.keygate.operator.finality.Acknowledgement;
import dev.keygate.operator.finality.FinalityRule;
import dev.keygate.operator.finality.Sightings;
import dev.keygate.store.feed.FeedPosition;
import dev.keygate.store.feed.FeedStep;
import dev.keygate.store.lease.Replicas.Replica;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The product's own decisions, asked about a world. The answers are remembered, since the model
 * asks few different questions, but those millions of times.
 */
final class Decisions {

  private static final Duration TICK = Duration.ofSeconds(1);

  private final Map<Long, Boolean> finality = new HashMap<>();
  private final Map<Long, FeedStep> steps = new HashMap<>();
  private final Map<Long, Boolean> removals = new HashMap<>();

  /**
   * Is the change final by these rows?
   *
   * @param acknowledged of each row: the position plus one, zero for none
   * @param sinceKnown in ticks, as is the bound
   */
  boolean isFinal(World world, int change, int sinceKnown, int bound, List<Integer> acknowledged) {
    long question = (feed(world) << 3 | change) << 4 | sinceKnown << 2 | bound;
    for (int each : acknowledged) {
      question = question << 3 | each;
    }
    question = question << 3 | acknowledged.size();
    Boolean answer = finality.get(question);
    if (answer == null) {
      answer = judge(world, change, sinceKnown, bound, acknowledged);
      finality.put(question, answer);
    }
    return answer;
  }

  private static boolean judge(
      World world, int change, int sinceKnown, int bound, List<Integer> acknowledged) {
    UUID epoch = new UUID(0, Feed.epoch(world, world.get(World.HEAD)));
    FeedPosition position = new FeedPosition(epoch, Feed.seq(world, change), new UUID(1, change));
    List<Replica> rows = new ArrayList<>();
    for (int each : acknowledged) {
      rows.add(
          new Replica(
              new UUID(2, rows.size()),
              "gateway",
              each == 0 ? null : position(world, each - 1),
              1));
    }
    return FinalityRule.judge(
            position,
            TICK.multipliedBy(sinceKnown),
            TICK.multipliedBy(bound),
            rows,
            true,
            Instant.EPOCH)
        instanceof Acknowledgement.Done;
  }

  /** May a row go that was first seen so many ticks ago and has not changed since? */
  boolean isRemovable(int seenFor, int bound) {
    return removals.computeIfAbsent(
        (long) seenFor << 32 | bound,
        key -> {
          Sightings sightings = new Sightings(TICK.multipliedBy(bound));
          List<Replica> rows = List.of(new Replica(new UUID(2, 0), "gateway", null, 1));
          sightings.observe(rows, 0);
          return !sightings.observe(rows, TICK.multipliedBy(seenFor).toNanos()).isEmpty();
        });
  }

  /**
   * What a gateway at {@code view} makes of the feed up to {@code last}.
   *
   * @param anyChange take any change of that number for the one at {@code view}
   */
  FeedStep follow(World world, int view, int last, boolean anyChange) {
    long question = (feed(world) << 3 | view) << 4 | last << 1 | (anyChange ? 1 : 0);
    FeedStep answer = steps.get(question);
    if (answer == null) {
      answer = FeedStep.next(position(world, view), read(world, view, last, anyChange));
      steps.put(question, answer);
    }
    return answer;
  }

  private static List<FeedStep.Entry> read(World world, int view, int last, boolean anyChange) {
    FeedPosition head = position(world, last);
    long from = Feed.seq(world, view);
    List<FeedStep.Logged> logged = new ArrayList<>();
    boolean there = false;
    UUID atView = new UUID(1, view);
    for (int each = last; ; each = Feed.parent(world, each)) {
      long seq = Feed.seq(world, each);
      if (seq > from) {
        logged.addFirst(new FeedStep.Logged(seq, "KeyRemoved", "{\"uid\": \"any\"}"));
      } else if (seq == from) {
        there = true;
        atView = anyChange ? atView : new UUID(1, each);
      }
      if (each == 0) {
        break;
      }
    }
    UUID atApplied = atView;
    if (!there) {
      return List.of(new FeedStep.Entry(head, null, null));
    }
    return logged.isEmpty()
        ? List.of(new FeedStep.Entry(head, atApplied, null))
        : logged.stream().map(each -> new FeedStep.Entry(head, atApplied, each)).toList();
  }

  private static FeedPosition position(World world, int change) {
    return new FeedPosition(
        new UUID(0, Feed.epoch(world, change)), Feed.seq(world, change), new UUID(1, change));
  }

  /** The part of a world that says which changes there are. */
  private static long feed(World world) {
    long feed = world.get(World.HEAD);
    for (int change = 1; change <= world.get(World.MADE); change++) {
      feed =
          feed << 5 | (long) world.get(World.KIND[change]) << 3 | world.get(World.PARENT[change]);
    }
    return feed << 3 | world.get(World.MADE);
  }
}
