package dev.keygate.store.usage;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What one replica counted since its last batch, frozen until answered and retried under the same
 * number.
 *
 * @param number 1 for a replica's first batch, then one more each
 */
public record UsageBatch(UUID replica, long number, List<Count> counts) {

  public UsageBatch {
    counts = List.copyOf(counts);
  }

  /**
   * Requests of one key version in one hour.
   *
   * @param hour start of the hour (UTC) in which the requests were counted
   * @param requests 0 when all that is known is that an exchange is still open
   */
  public record Count(String keyId, Instant hour, long requests, Instant lastUsedAt) {}
}
