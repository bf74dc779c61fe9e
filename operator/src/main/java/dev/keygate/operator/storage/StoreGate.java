package dev.keygate.operator.storage;

import dev.keygate.store.connection.StoreUnavailableException;
import dev.keygate.store.write.DeposedException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The one place where the operator waits for the store. It keeps a single state for the whole
 * process, up or down, and logs its changes only: thousands of reconciles that find the store down
 * must not fill the log, nor each try a connection of its own.
 *
 * <p>The feed's writer is a way of its own: where it fails and reads succeed (a full disk, a
 * primary turned read-only), a read proves nothing.
 */
public final class StoreGate {

  private static final Logger LOGGER = LoggerFactory.getLogger(StoreGate.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(15);
  private static final long PROBE_INTERVAL = Duration.ofMillis(500).toNanos();

  private final Consumer<DeposedException> onDeposed;
  private final LongSupplier nanoTime;
  private final Map<String, Runnable> waiting = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable Outage> reading = new AtomicReference<>();
  private final AtomicReference<@Nullable Outage> writing = new AtomicReference<>();

  /**
   * @param onDeposed told, at least once, why, when another operator has taken over the store
   */
  public StoreGate(Consumer<DeposedException> onDeposed) {
    this(onDeposed, System::nanoTime);
  }

  StoreGate(Consumer<DeposedException> onDeposed, LongSupplier nanoTime) {
    this.onDeposed = onDeposed;
    this.nanoTime = nanoTime;
  }

  /**
   * Runs the action when the store is back after an outage; it must not block. One action for each
   * {@code who}.
   */
  public void onceBack(String who, Runnable action) {
    waiting.put(who, action);
  }

  public boolean isUp() {
    return reading.get() == null && writing.get() == null;
  }

  /**
   * Waits for the answer. While the store is down, one caller in half a second tries and the others
   * fail at once. Throws StoreUnavailableException, after which what was asked may have happened,
   * or DeposedException, after which the process ends.
   */
  public <T> T get(Mono<T> question) {
    return ask(question, reading);
  }

  /** As {@link #get}, for what only the feed's writer does. */
  public <T> T write(Mono<T> change) {
    return ask(change, writing);
  }

  /** As {@link #get}, for what has no answer. */
  public void run(Mono<Void> work) {
    get(work.thenReturn(true));
  }

  private <T> T ask(Mono<T> question, AtomicReference<@Nullable Outage> way) {
    failFastWhileDown(way.get());
    try {
      T answer = question.timeout(TIMEOUT).block();
      up(way);
      if (answer == null) {
        throw new IllegalStateException("the store completed without an answer");
      }
      return answer;
    } catch (StoreUnavailableException e) {
      down(way, e);
      throw e;
    } catch (DeposedException e) {
      onDeposed.accept(e);
      throw e;
    } catch (RuntimeException e) {
      if (e.getCause() instanceof TimeoutException) {
        var unavailable =
            new StoreUnavailableException("no answer within " + TIMEOUT.toSeconds() + " s", e);
        down(way, unavailable);
        throw unavailable;
      }
      throw e;
    }
  }

  private void failFastWhileDown(@Nullable Outage current) {
    if (current != null && !current.mayProbe(nanoTime.getAsLong())) {
      throw new StoreUnavailableException("the store is unavailable", current.cause());
    }
  }

  private void up(AtomicReference<@Nullable Outage> way) {
    if (way.get() == null || way.getAndSet(null) == null) {
      return;
    }
    if (way == reading) {
      writing.set(null); // The whole store was away and has come back: nobody need wait to write.
    }
    if (isUp()) {
      LOGGER.atInfo().log("store is back");
      runWaiting();
    }
  }

  private void down(AtomicReference<@Nullable Outage> way, StoreUnavailableException cause) {
    boolean wasUp = isUp();
    if (way.compareAndSet(null, new Outage(cause, nanoTime.getAsLong())) && wasUp) {
      LOGGER.atWarn().addKeyValue("error", summary(cause)).log("store is unavailable, will retry");
    }
  }

  private void runWaiting() {
    for (String who : waiting.keySet()) {
      Runnable action = waiting.remove(who);
      if (action != null) {
        action.run();
      }
    }
  }

  private static String summary(Throwable failure) {
    Throwable cause = failure.getCause();
    return cause == null || cause.getMessage() == null
        ? String.valueOf(failure.getMessage())
        : failure.getMessage() + ": " + cause.getMessage();
  }

  /** While it lasts, one caller at a time may find out whether it is over. */
  private static final class Outage {
    private final StoreUnavailableException cause;
    private long nextProbe;

    Outage(StoreUnavailableException cause, long now) {
      this.cause = cause;
      this.nextProbe = now;
    }

    StoreUnavailableException cause() {
      return cause;
    }

    synchronized boolean mayProbe(long now) {
      if (now - nextProbe < 0) {
        return false;
      }
      nextProbe = now + PROBE_INTERVAL;
      return true;
    }
  }
}
