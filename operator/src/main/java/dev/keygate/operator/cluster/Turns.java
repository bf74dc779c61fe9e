package dev.keygate.operator.cluster;

import java.util.concurrent.Semaphore;

/**
 * Bounds how many reconciles work at once, so that a burst of new keys leaves room for what must
 * not queue behind it: revocations, suspensions and deletions take no turn. A reconcile that only
 * waits for replicas gives its place away meanwhile.
 */
public final class Turns {

  private final Semaphore permits;

  public Turns(int concurrency) {
    this.permits = new Semaphore(concurrency, true);
  }

  public Turn take(boolean urgent) throws InterruptedException {
    if (!urgent) {
      permits.acquire();
    }
    return new Turn(urgent);
  }

  /** For one thread. */
  public final class Turn implements AutoCloseable {

    private final boolean urgent;
    private boolean held;

    private Turn(boolean urgent) {
      this.urgent = urgent;
      this.held = !urgent;
    }

    /** Waits without holding the place, and queues for it again afterwards. */
    public <T> T aside(Waiting<T> waiting) throws InterruptedException {
      close();
      T result = waiting.get();
      if (!urgent) {
        permits.acquire();
        held = true;
      }
      return result;
    }

    @Override
    public void close() {
      if (held) {
        held = false;
        permits.release();
      }
    }
  }

  /** Something to wait for. */
  @FunctionalInterface
  public interface Waiting<T> {
    T get() throws InterruptedException;
  }
}
