package dev.keygate.gateway.store;

import dev.keygate.gateway.exchange.OpenExchanges;
import dev.keygate.gateway.lease.LeaseKeeper;
import dev.keygate.gateway.usage.UsageFlusher;
import dev.keygate.gateway.view.KeyView;
import dev.keygate.store.connection.StoreCheck;
import dev.keygate.store.connection.UnfitStoreException;
import dev.keygate.store.feed.FeedReader;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Follows the feed, keeps the lease and flushes usage from before the port opens until after the
 * last answer. Waits for a store that is not there; gives up on one that must not be used. Stops by
 * storing what was counted, then giving up the replica's row.
 */
public final class GatewayLifecycle implements SmartLifecycle {

  /** Started before and stopped after the web servers, whose phases are near the maximum. */
  private static final int PHASE = 0;

  private static final Logger LOGGER = LoggerFactory.getLogger(GatewayLifecycle.class);
  private static final Duration FIRST_DELAY = Duration.ofMillis(200);
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(5);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  private final StoreConnections connections;
  private final FeedReader reader;
  private final KeyView view;
  private final LeaseKeeper lease;
  private final OpenExchanges exchanges;
  private final UsageFlusher usage;
  private final GivingUp givingUp;
  private final Disposable.Swap work = Disposables.swap();
  private volatile boolean running;

  /**
   * @param givingUp told once when the store must not be used or following it ended; ends the
   *     process
   */
  public GatewayLifecycle(
      StoreConnections connections,
      FeedReader reader,
      KeyView view,
      LeaseKeeper lease,
      OpenExchanges exchanges,
      UsageFlusher usage,
      GivingUp givingUp) {
    this.connections = connections;
    this.reader = reader;
    this.view = view;
    this.lease = lease;
    this.exchanges = exchanges;
    this.usage = usage;
    this.givingUp = givingUp;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public void start() {
    running = true;
    work.update(
        fitStore()
            .then(
                Mono.when(
                    reader.follow(view),
                    lease.keep(),
                    exchanges.keepLooking(),
                    usage.keepFlushing()))
            .subscribe(
                done -> {},
                givingUp::because,
                () -> givingUp.because(new IllegalStateException("nothing left to follow"))));
  }

  @Override
  public void stop() {
    stop(() -> {});
  }

  @Override
  public void stop(Runnable callback) {
    running = false;
    work.update(Disposables.disposed());
    work.update(
        usage
            .flush()
            .then(
                lease
                    .leave()
                    .onErrorResume(failure -> logged("replica could not be deregistered", failure)))
            // Its row stays then: the operator that removes it knows that counts may be missing.
            .onErrorResume(failure -> logged("usage counted last is lost", failure))
            .then(connections.close())
            .timeout(STOP_TIMEOUT)
            .onErrorResume(failure -> logged("stopped before everything was stored", failure))
            .doFinally(signal -> callback.run())
            .subscribe());
  }

  private Mono<Void> fitStore() {
    AtomicBoolean waiting = new AtomicBoolean();
    return StoreCheck.verify(connections.feed())
        .doOnError(
            failure -> {
              if (!(failure instanceof UnfitStoreException) && !waiting.getAndSet(true)) {
                LOGGER
                    .atWarn()
                    .addKeyValue("error", String.valueOf(failure.getMessage()))
                    .log("store is not there, waiting for it");
              }
            })
        .retryWhen(
            Retry.backoff(Long.MAX_VALUE, FIRST_DELAY)
                .maxBackoff(LONGEST_DELAY)
                .filter(failure -> !(failure instanceof UnfitStoreException)))
        .doOnSuccess(done -> LOGGER.info("store is there"));
  }

  private static Mono<Void> logged(String message, Throwable failure) {
    return Mono.fromRunnable(
        () ->
            LOGGER
                .atWarn()
                .addKeyValue("error", String.valueOf(failure.getMessage()))
                .log(message));
  }
}
