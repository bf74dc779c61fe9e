package dev.keygate.gateway.lease;

import java.time.Duration;
import java.time.Instant;

/**
 * What renewals tell of this replica's counts. Times are the database's and come from its answers
 * only, so neither a clock that differs nor a late message makes a replica vouch for counts that
 * are not stored.
 */
public interface UsageProof {

  /** How often it is told at least while somebody waits for it. */
  Duration WANTED_PERIOD = Duration.ofSeconds(1);

  /** Everything counted before this time is stored. */
  Instant storedBefore();

  /** The database's time, as an answer that has arrived gave it. */
  void heard(Instant databaseTime);

  /** Whether a rotation waits for it. */
  boolean wanted();
}
