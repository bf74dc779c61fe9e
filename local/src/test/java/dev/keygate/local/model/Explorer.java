package dev.keygate.local.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Visits every world that can be reached, nearest first, so the first violation found is one of the
 * shortest. Each world is kept in full, with the one it was reached from: nothing is left to the
 * luck of a hash. About 45 bytes a world.
 */
final class Explorer {

  private static final int WORDS = 4;
  private static final int CHUNK_BITS = 14;
  private static final int CHUNK = 1 << CHUNK_BITS;

  private final Model model;
  private final List<long[]> worlds = new ArrayList<>();
  private final List<int[]> parents = new ArrayList<>();
  private int[] table = new int[1 << 16];
  private int count;

  private Explorer(Model model) {
    this.model = model;
  }

  /** All of it, or up to the first violation. */
  static Exploration explore(Model model) {
    return new Explorer(model).run();
  }

  private Exploration run() {
    add(model.canonical(model.initial()), -1);
    int[] current = {0};
    Model.Steps collect = (actor, number, what, next) -> add(model.canonical(next), current[0]);
    for (int index = 0; index < count; index++) {
      World world = world(index);
      if (model.violated(world)) {
        return new Exploration.Violated(count, story(index));
      }
      current[0] = index;
      model.next(world, collect);
    }
    return new Exploration.Holds(count);
  }

  private void add(World world, int parent) {
    int slot = slot(world);
    if (table[slot] != 0) {
      return;
    }
    int chunk = count >>> CHUNK_BITS;
    if (chunk == worlds.size()) {
      worlds.add(new long[CHUNK * WORDS]);
      parents.add(new int[CHUNK]);
    }
    int at = (count & CHUNK - 1) * WORDS;
    long[] words = worlds.get(chunk);
    words[at] = world.store();
    words[at + 1] = world.operators();
    words[at + 2] = world.gatewaysAB();
    words[at + 3] = world.gatewaysCD();
    parents.get(chunk)[count & CHUNK - 1] = parent;
    table[slot] = ++count;
    if (count > table.length / 2) {
      grow();
    }
  }

  private void grow() {
    table = new int[table.length * 2];
    for (int index = 0; index < count; index++) {
      table[slot(world(index))] = index + 1;
    }
  }

  /** Where this world is in the table, or would be. */
  private int slot(World world) {
    int slot = hash(world) & table.length - 1;
    while (table[slot] != 0 && !stored(table[slot] - 1, world)) {
      slot = slot + 1 & table.length - 1;
    }
    return slot;
  }

  private boolean stored(int index, World world) {
    long[] words = worlds.get(index >>> CHUNK_BITS);
    int at = (index & CHUNK - 1) * WORDS;
    return words[at] == world.store()
        && words[at + 1] == world.operators()
        && words[at + 2] == world.gatewaysAB()
        && words[at + 3] == world.gatewaysCD();
  }

  private World world(int index) {
    long[] words = worlds.get(index >>> CHUNK_BITS);
    int at = (index & CHUNK - 1) * WORDS;
    return new World(words[at], words[at + 1], words[at + 2], words[at + 3]);
  }

  private static int hash(World world) {
    long hash = mix(world.store());
    hash = mix(hash ^ world.operators());
    hash = mix(hash ^ world.gatewaysAB());
    return (int) mix(hash ^ world.gatewaysCD());
  }

  /** The finalizer of SplitMix64. */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  /** The way to a world, told with gateways that keep their names. */
  private Counterexample story(int last) {
    List<World> way = new ArrayList<>();
    for (int index = last;
        index >= 0;
        index = parents.get(index >>> CHUNK_BITS)[index & CHUNK - 1]) {
      way.addFirst(world(index));
    }
    List<String> steps = new ArrayList<>();
    World[] here = {model.initial()};
    for (World wanted : way.subList(1, way.size())) {
      World from = here[0];
      int told = steps.size();
      model.next(
          from,
          (actor, number, what, next) -> {
            if (steps.size() == told && model.canonical(next).equals(wanted)) {
              steps.add(Counterexample.sentence(actor, number, what));
              here[0] = next;
            }
          });
    }
    return new Counterexample(steps);
  }
}
