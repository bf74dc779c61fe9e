package dev.keygate.local.model;

/**
 * The changes of a world. Each has a number of its own, which stands for its random change id, and
 * follows another; the feed is what leads to its head, the rest was lost.
 */
final class Feed {

  /** The key is usable: how everything begins, and what a late command brings back. */
  static final int USABLE = 0;

  /** Something else. */
  static final int OTHER = 1;

  static final int REVOKED = 2;

  /** A new epoch, in which the key was found revoked. */
  static final int EPOCH = 3;

  private Feed() {}

  static World append(World world, int kind) {
    int change = world.get(World.MADE) + 1;
    return world
        .with(World.MADE, change)
        .with(World.KIND[change], kind)
        .with(World.PARENT[change], world.get(World.HEAD))
        .with(World.HEAD, change);
  }

  static int parent(World world, int change) {
    return world.get(World.PARENT[change]);
  }

  static int seq(World world, int change) {
    int seq = 0;
    for (int each = change; each != 0; each = parent(world, each)) {
      seq++;
    }
    return seq;
  }

  static int epoch(World world, int change) {
    int epoch = 0;
    for (int each = change; each != 0; each = parent(world, each)) {
      if (world.get(World.KIND[each]) == EPOCH) {
        // Random, so never one that was lost before.
        epoch = Math.max(epoch, each);
      }
    }
    return epoch;
  }

  static boolean usable(World world, int change) {
    int each = change;
    while (each != 0 && world.get(World.KIND[each]) == OTHER) {
      each = parent(world, each);
    }
    return world.get(World.KIND[each]) == USABLE;
  }

  /** Does {@code change} stand in the feed that ends with {@code last}? */
  static boolean contains(World world, int last, int change) {
    int each = last;
    while (each > change) {
      each = parent(world, each);
    }
    return each == change;
  }

  /** The change since which the key is revoked, where it is. */
  static int revocation(World world, int last) {
    int each = last;
    while (!usable(world, parent(world, each))) {
      each = parent(world, each);
    }
    return each;
  }
}
