package dev.keygate.local.faults;

import dev.keygate.operator.effect.EffectListener;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** Of one term in this JVM. Once that has crashed, none of its threads comes past an effect. */
public final class InProcessListener implements EffectListener {

  private static final AtomicReference<Life> NEXT =
      new AtomicReference<>(new Life(new Failpoints()));

  private final Life life = NEXT.get();

  /** What the next term obeys. */
  static void next(Life life) {
    NEXT.set(life);
  }

  /** Of one term. */
  static final class Life {
    private final Failpoints failpoints;
    private volatile boolean over;

    Life(Failpoints failpoints) {
      this.failpoints = failpoints;
    }

    void end() {
      over = true;
    }
  }

  @Override
  public void before(String effect, String about) {
    at(Point.Side.BEFORE, effect, about);
  }

  @Override
  public void after(String effect, String about) {
    at(Point.Side.AFTER, effect, about);
  }

  private void at(Point.Side side, String effect, String about) {
    if (!life.over && !life.failpoints.stops(side, effect, about)) {
      return;
    }
    while (!(life.over && Thread.currentThread().isInterrupted())) {
      LockSupport.park(this);
      if (!life.over) {
        Thread.interrupted();
      }
    }
    throw new CrashedException();
  }

  /** Unwinds a thread of a term that is over, when its remains are cleared away. */
  private static final class CrashedException extends RuntimeException {
    CrashedException() {
      super("this term has crashed", null, false, false);
    }
  }
}
