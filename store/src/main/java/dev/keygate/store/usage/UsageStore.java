package dev.keygate.store.usage;

import io.r2dbc.spi.ConnectionFactory;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import reactor.core.publisher.Mono;

/** Requests and last use by key version and hour, and in total. Never notifies. */
public final class UsageStore {

  public UsageStore(ConnectionFactory connections) {
    throw new UnsupportedOperationException();
  }

  /** Gateway: adds the batch unless it was added before (a lost reply never counts twice). */
  public Mono<Void> add(UsageBatch batch) {
    throw new UnsupportedOperationException();
  }

  /**
   * Operator: totals of key versions whose total changed at or after {@code since} (database time).
   */
  public Mono<Changed> changedSince(Instant since, int limit) {
    throw new UnsupportedOperationException();
  }

  /** Operator: totals of these versions; versions that were never used are absent. */
  public Mono<List<Total>> totals(Collection<String> keyIds) {
    throw new UnsupportedOperationException();
  }

  /**
   * @param next pass it as the next {@code since}; overlaps, so that late commits are not missed
   */
  public record Changed(List<Total> totals, Instant next) {}

  public record Total(String keyId, String apiKeyUid, long requests, Instant lastUsedAt) {}
}
