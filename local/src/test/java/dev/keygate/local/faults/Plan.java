package dev.keygate.local.faults;

import java.time.Duration;

/** How much of the suite is run: the short one belongs to every build. */
enum Plan {
  SHORT(20, 1, Duration.ofSeconds(8), Duration.ofSeconds(2)),
  LONG(200, 8, Duration.ofMinutes(2), Duration.ofMinutes(1));

  private final int crashes;
  private final int kills;
  private final Duration lease;
  private final Duration outage;

  Plan(int crashes, int kills, Duration lease, Duration outage) {
    this.crashes = crashes;
    this.kills = kills;
    this.lease = lease;
    this.outage = outage;
  }

  static Plan current() {
    return "long".equals(System.getProperty("keygate.faults")) ? LONG : SHORT;
  }

  /** Of all choices by chance: {@code -Dkeygate.faults.seed}, or always the same. */
  static long seed() {
    return Long.getLong("keygate.faults.seed", 1);
  }

  /** In-process crashes at each point. */
  int crashes() {
    return crashes;
  }

  /** Real kills at each point. */
  int kills() {
    return kills;
  }

  /** How long a gateway answers without the store. */
  Duration lease() {
    return lease;
  }

  /** How long the store is away when requests must go on. */
  Duration outage() {
    return outage;
  }
}
