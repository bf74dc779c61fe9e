package dev.keygate.gateway.view;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * An immutable hash table of entries by one of their random words, in {@value #SHARDS} shards of
 * open addressing. A changed copy shares every shard that was not touched, so that one change among
 * a million keys copies about 20 KB; a look-up costs two cache misses.
 */
final class KeyIndex {

  private static final int SHARD_BITS = 12;
  private static final int SHARDS = 1 << SHARD_BITS;

  static final KeyIndex EMPTY = empty();

  private final @Nullable KeyEntry[][] shards;
  private final int[] counts;
  private final int size;

  private KeyIndex(@Nullable KeyEntry[][] shards, int[] counts, int size) {
    this.shards = shards;
    this.counts = counts;
    this.size = size;
  }

  int size() {
    return size;
  }

  /** The slots in which an entry with this word can be; probe from {@link #start} to a null. */
  @Nullable KeyEntry[] slots(long word) {
    return shards[shard(word)];
  }

  static int start(long word, int length) {
    return (int) word & (length - 1);
  }

  private static KeyIndex empty() {
    @Nullable KeyEntry[][] shards = new @Nullable KeyEntry[SHARDS][];
    Arrays.fill(shards, new @Nullable KeyEntry[0]);
    return new KeyIndex(shards, new int[SHARDS], 0);
  }

  Editor edit(ToLongFunction<KeyEntry> word) {
    return new Editor(this, word);
  }

  private static int shard(long word) {
    return (int) (word >>> (Long.SIZE - SHARD_BITS));
  }

  /** Makes a changed copy; used by one thread, once. */
  static final class Editor {
    private final ToLongFunction<KeyEntry> word;
    private final @Nullable KeyEntry[][] shards;
    private final int[] counts;
    private final BitSet copied = new BitSet(SHARDS);
    private int size;

    private Editor(KeyIndex base, ToLongFunction<KeyEntry> word) {
      this.word = word;
      this.shards = base.shards.clone();
      this.counts = base.counts.clone();
      this.size = base.size;
    }

    void add(KeyEntry entry) {
      int shard = shard(word.applyAsLong(entry));
      int count = ++counts[shard];
      size++;
      @Nullable KeyEntry[] slots = shards[shard];
      if (slots.length * 3 < count * 4) {
        shards[shard] = rebuilt(slots, Math.max(4, slots.length * 2), kept -> true);
      } else if (!copied.get(shard)) {
        shards[shard] = Arrays.copyOf(slots, slots.length);
      }
      copied.set(shard);
      put(shards[shard], entry);
    }

    /** Removes every entry with this word that matches, and returns them. */
    List<KeyEntry> remove(long removedWord, Predicate<KeyEntry> matches) {
      int shard = shard(removedWord);
      @Nullable KeyEntry[] slots = shards[shard];
      List<KeyEntry> removed = new ArrayList<>(2);
      for (KeyEntry entry : slots) {
        if (entry != null && matches.test(entry)) {
          removed.add(entry);
        }
      }
      if (!removed.isEmpty()) {
        counts[shard] -= removed.size();
        size -= removed.size();
        // Rebuilt, not emptied in place: an emptied slot would end the probing of others.
        shards[shard] = rebuilt(slots, slots.length, entry -> !removed.contains(entry));
        copied.set(shard);
      }
      return removed;
    }

    KeyIndex done() {
      return new KeyIndex(shards, counts, size);
    }

    private @Nullable KeyEntry[] rebuilt(
        @Nullable KeyEntry[] slots, int length, Predicate<KeyEntry> kept) {
      @Nullable KeyEntry[] larger = new @Nullable KeyEntry[length];
      for (KeyEntry entry : slots) {
        if (entry != null && kept.test(entry)) {
          put(larger, entry);
        }
      }
      return larger;
    }

    private void put(@Nullable KeyEntry[] slots, KeyEntry entry) {
      int mask = slots.length - 1;
      int i = start(word.applyAsLong(entry), slots.length);
      while (slots[i] != null) {
        i = (i + 1) & mask;
      }
      slots[i] = entry;
    }
  }
}
