package dev.keygate.gateway.usage;

import dev.keygate.gateway.lease.UsageProof;
import dev.keygate.store.lease.Replicas;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/**
 * Up to when counts are stored, on the database's clock: a time that the database had told before a
 * drain began is certainly earlier than what that drain left. Safe from any thread.
 */
public final class FlushProgress implements UsageProof {

  private final BooleanSupplier wanted;
  private volatile Instant heard = Replicas.NOT_FLUSHED;
  private volatile Instant stored = Replicas.NOT_FLUSHED;

  /**
   * @param wanted whether any version is retiring
   */
  public FlushProgress(BooleanSupplier wanted) {
    this.wanted = wanted;
  }

  /** To be asked before anything is drained, and given to {@link #stored} when all of it is in. */
  Instant begin() {
    return heard;
  }

  void stored(Instant begun) {
    stored = begun;
  }

  @Override
  public Instant storedBefore() {
    return stored;
  }

  @Override
  public void heard(Instant databaseTime) {
    heard = databaseTime;
  }

  @Override
  public boolean wanted() {
    return wanted.getAsBoolean();
  }
}
