package dev.keygate.local.model;

/**
 * One state of everything, in 32 bytes: the store with the anchor, the operators, and four gateways
 * of half a word each. Time is relative (what is left of a lease, how long ago), so that states at
 * different times are the same state.
 */
record World(long store, long operators, long gatewaysAB, long gatewaysCD) {

  static final int GATEWAYS = 4;
  static final int OPERATORS = 2;
  static final int CHANGES = 5;

  private static final Layout STORE = new Layout(0, 64);

  /** The last change of the feed. */
  static final Field HEAD = STORE.field(3);

  /** How many changes were ever made, the lost ones too. */
  static final Field MADE = STORE.field(3);

  /** What each change does and which it follows; the first one, number 0, is always there. */
  static final Field[] KIND = STORE.fields(CHANGES, 2);

  static final Field[] PARENT = STORE.fields(CHANGES, 3);

  static final Field LEADER = STORE.field(2);
  static final Field STORE_LEASE = STORE.field(2);
  static final Field INSTANCE = STORE.field(2);
  static final Field VOUCHED = STORE.field(2);

  /** That the wait on this instance is over. */
  static final Field SETTLED = STORE.field(1);

  /** A copy of the store, to which a failover goes back. */
  static final Field COPIED = STORE.field(1);

  static final Field COPY_HEAD = STORE.field(3);
  static final Field COPY_LEADER = STORE.field(2);
  static final Field COPY_LEASE = STORE.field(2);
  static final Field COPY_VOUCHED = STORE.field(2);

  /**
   * In Kubernetes: the change up to which something may have been called final, and whose it is.
   */
  static final Field ANCHOR = STORE.field(3);

  static final Field ANCHOR_OWNER = STORE.field(2);

  /** That the revocation was called final; never taken back. */
  static final Field FINAL = STORE.field(1);

  private static final Layout OPERATOR = new Layout(1, 64);

  static final Field[] STAGE = OPERATOR.fields(OPERATORS, 3);

  /** The change whose acknowledgement it waits for, and for how long it has known of it. */
  static final Field[] AWAITED = OPERATOR.fields(OPERATORS, 3);

  static final Field[] KNOWN_FOR = OPERATOR.fields(OPERATORS, 2);

  /** The instance of PostgreSQL that it is connected to, and for how long. */
  static final Field[] CONNECTED = OPERATOR.fields(OPERATORS, 2);

  static final Field[] CONNECTED_FOR = OPERATOR.fields(OPERATORS, 2);

  /** A command that makes the key usable, not sent yet. */
  static final Field[] STALE_COMMAND = OPERATOR.fields(OPERATORS, 1);

  /** Without rule 8: the rows that there were. */
  static final Field[] ROWS_SEEN = OPERATOR.fields(OPERATORS, GATEWAYS);

  private static final Layout GATEWAY = new Layout(2, 32);

  /** The position of its snapshot plus one; zero: none yet. */
  static final Field[] VIEW = GATEWAY.each(3);

  static final Field[] VIEW_USABLE = GATEWAY.each(1);

  /** What is left of its lease. */
  static final Field[] LEASE = GATEWAY.each(2);

  static final Field[] REGISTERED = GATEWAY.each(1);

  /** Its renewal: none, begun in PostgreSQL, granted or refused with the answer on its way. */
  static final Field[] RENEWAL = GATEWAY.each(2);

  static final Field[] RENEWAL_POSITION = GATEWAY.each(3);
  static final Field[] RENEWAL_HEAD = GATEWAY.each(3);

  /** What would be left of the lease that it asks for. */
  static final Field[] RENEWAL_LEFT = GATEWAY.each(2);

  /** That the row which it saw is still there. */
  static final Field[] RENEWAL_ROW = GATEWAY.each(1);

  /** A request is between its last check and its answer. */
  static final Field[] ANSWERING = GATEWAY.each(1);

  /** Its row in the store: is it there, and the position it acknowledges plus one. */
  static final Field[] ROW = GATEWAY.each(1);

  static final Field[] ACKNOWLEDGED = GATEWAY.each(3);
  static final Field[] COPY_ROW = GATEWAY.each(1);
  static final Field[] COPY_ACKNOWLEDGED = GATEWAY.each(3);

  /** For how long each operator has seen this renewal of the row, plus one; zero: not seen. */
  static final Field[][] SEEN = {GATEWAY.each(2), GATEWAY.each(2)};

  static final World EMPTY = new World(0, 0, 0, 0);

  int get(Field field) {
    long word =
        switch (field.word()) {
          case 0 -> store;
          case 1 -> operators;
          case 2 -> gatewaysAB;
          default -> gatewaysCD;
        };
    return (int) (word >>> field.shift()) & field.mask();
  }

  boolean is(Field field) {
    return get(field) != 0;
  }

  World with(Field field, int value) {
    if ((value & field.mask()) != value) {
      throw new IllegalArgumentException(value + " does not fit into " + field);
    }
    long clear = ~((long) field.mask() << field.shift());
    long set = (long) value << field.shift();
    return switch (field.word()) {
      case 0 -> new World((store & clear) | set, operators, gatewaysAB, gatewaysCD);
      case 1 -> new World(store, (operators & clear) | set, gatewaysAB, gatewaysCD);
      case 2 -> new World(store, operators, (gatewaysAB & clear) | set, gatewaysCD);
      default -> new World(store, operators, gatewaysAB, (gatewaysCD & clear) | set);
    };
  }

  /** The same world after this gateway's process and its row are gone. */
  World without(int gateway) {
    int copy = get(COPY_ROW[gateway]);
    int copied = get(COPY_ACKNOWLEDGED[gateway]);
    long clear = ~(0xffff_ffffL << (32 * (gateway & 1)));
    World gone =
        gateway < 2
            ? new World(store, operators, gatewaysAB & clear, gatewaysCD)
            : new World(store, operators, gatewaysAB, gatewaysCD & clear);
    return gone.with(COPY_ROW[gateway], copy).with(COPY_ACKNOWLEDGED[gateway], copied);
  }

  /** Gateways are alike: the same world with them in order, which stands for all orders. */
  World canonical() {
    long a = gatewaysAB & 0xffff_ffffL;
    long b = gatewaysAB >>> 32;
    long c = gatewaysCD & 0xffff_ffffL;
    long d = gatewaysCD >>> 32;
    long low = Math.max(a, b);
    long lower = Math.min(a, b);
    long high = Math.max(c, d);
    long higher = Math.min(c, d);
    long first = Math.max(low, high);
    long fourth = Math.min(lower, higher);
    long one = Math.min(low, high);
    long other = Math.max(lower, higher);
    long second = Math.max(one, other);
    long third = Math.min(one, other);
    return new World(store, operators, (second << 32) | first, (fourth << 32) | third);
  }

  /** A few bits of one of the four words. */
  record Field(int word, int shift, int mask) {}

  private static final class Layout {
    private final int word;
    private final int bits;
    private int next;

    Layout(int word, int bits) {
      this.word = word;
      this.bits = bits;
    }

    Field field(int width) {
      if (next + width > bits) {
        throw new IllegalStateException("word " + word + " has no room for " + width + " bits");
      }
      Field field = new Field(word, next, (1 << width) - 1);
      next += width;
      return field;
    }

    Field[] fields(int count, int width) {
      Field[] fields = new Field[count];
      for (int i = 0; i < count; i++) {
        fields[i] = field(width);
      }
      return fields;
    }

    /** One for each gateway, at the same place of its half of a word. */
    Field[] each(int width) {
      Field first = field(width);
      Field[] fields = new Field[GATEWAYS];
      for (int i = 0; i < GATEWAYS; i++) {
        fields[i] = new Field(word + i / 2, first.shift() + 32 * (i % 2), first.mask());
      }
      return fields;
    }
  }
}
