package dev.keygate.bench.decision;

import dev.keygate.gateway.view.KeyView;
import dev.keygate.store.key.KeyHash;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.SplittableRandom;

/** What a view holds of the heap, organizations and all, divided by its keys. */
final class HeapPerKey {

  private static final int COLLECTIONS = 3;

  private HeapPerKey() {}

  /** Bytes, from what a full collection leaves before and after the view is loaded. */
  static double measure(int keys) {
    KeyView warmUp = load(1000);
    long before = used();
    KeyView view = load(keys);
    long after = used();
    if (view.snapshot().keys() != keys) {
      throw new IllegalStateException("the view should hold all keys");
    }
    Reference.reachabilityFence(view);
    Reference.reachabilityFence(warmUp);
    return (double) (after - before) / keys;
  }

  private static KeyView load(int keys) {
    SplittableRandom random = new SplittableRandom(7);
    return KeyPopulation.load(
        keys,
        i ->
            new KeyHash(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()),
        i -> KeyPopulation.organizationOf(i, keys));
  }

  private static long used() {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
