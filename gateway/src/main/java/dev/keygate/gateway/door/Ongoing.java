package dev.keygate.gateway.door;

import dev.keygate.gateway.decision.Denied;
import dev.keygate.gateway.exchange.OpenExchanges;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * A request from the decision that allowed it until its end. When it is looked at again and its key
 * is no good any more, what it waits for is cancelled and it fails with {@link RefusedLate}: an
 * answer that was begun breaks off, one that was not becomes the refusal. For a WebSocket this is
 * over with the handshake; then {@link RevocableSockets} looks after it.
 *
 * <p>One object for each request, subscribed to once; it is its own subscriber, so that being
 * revocable costs an allocation and an entry in {@link OpenExchanges}.
 */
final class Ongoing extends Mono<Void> implements CoreSubscriber<Void>, Subscription {

  /** Its key in the Reactor context. */
  static final Object CONTEXT_KEY = Ongoing.class;

  private static final AtomicIntegerFieldUpdater<Ongoing> OVER =
      AtomicIntegerFieldUpdater.newUpdater(Ongoing.class, "over");

  private final Mono<Void> work;
  private final Judge judge;
  private final Grant.ToPrincipal grant;
  private final OpenExchanges exchanges;
  private volatile Executor loop;
  private volatile int over;
  private volatile @Nullable Subscription upstream;
  private @Nullable CoreSubscriber<? super Void> downstream;
  private OpenExchanges.@Nullable Handle open;

  /**
   * @param loop the event loop of the client's connection
   */
  Ongoing(
      Mono<Void> work,
      Judge judge,
      Grant.ToPrincipal grant,
      OpenExchanges exchanges,
      Executor loop) {
    this.work = work.contextWrite(this::describe);
    this.judge = judge;
    this.grant = grant;
    this.exchanges = exchanges;
    this.loop = loop;
  }

  /**
   * The request is about to be written to the upstream by this event loop, which from then on also
   * prepares the answer: it must not be refused by another one at the same time.
   */
  void sentBy(Executor upstreamLoop) {
    loop = upstreamLoop;
  }

  @Override
  public void subscribe(CoreSubscriber<? super Void> actual) {
    downstream = actual;
    open = exchanges.register(grant.principal().keyId(), this::lookAgain);
    work.subscribe(this);
  }

  private Context describe(Context context) {
    return context.put(Grant.CONTEXT_KEY, grant).put(CONTEXT_KEY, this);
  }

  private void lookAgain() {
    if (over == 0 && judge.again(grant).isPresent()) {
      try {
        loop.execute(this::endWhenDenied);
      } catch (RejectedExecutionException stopped) {
        // The loop has ended, and its connections with it.
      }
    }
  }

  private void endWhenDenied() {
    Subscription subscription = upstream;
    if (subscription != null) {
      judge.again(grant).ifPresent(denied -> end(denied, subscription));
    }
  }

  private void end(Denied denied, Subscription subscription) {
    if (finish()) {
      subscription.cancel();
      subscriber().onError(new RefusedLate(denied));
    }
  }

  /** True for one caller, who then tells the subscriber. */
  private boolean finish() {
    if (!OVER.compareAndSet(this, 0, 1)) {
      return false;
    }
    OpenExchanges.Handle handle = open;
    if (handle != null) {
      handle.close();
    }
    return true;
  }

  private CoreSubscriber<? super Void> subscriber() {
    CoreSubscriber<? super Void> actual = downstream;
    if (actual == null) {
      throw new IllegalStateException("nobody has subscribed");
    }
    return actual;
  }

  @Override
  public Context currentContext() {
    return subscriber().currentContext();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    upstream = subscription;
    subscriber().onSubscribe(this);
  }

  @Override
  public void onNext(Void never) {}

  @Override
  public void onError(Throwable failure) {
    if (finish()) {
      subscriber().onError(failure);
    }
    // Otherwise it is what cancelling led to.
  }

  @Override
  public void onComplete() {
    if (finish()) {
      subscriber().onComplete();
    }
  }

  @Override
  public void request(long n) {
    Subscription subscription = upstream;
    if (Operators.validate(n) && subscription != null) {
      subscription.request(n);
    }
  }

  @Override
  public void cancel() {
    Subscription subscription = upstream;
    if (finish() && subscription != null) {
      subscription.cancel();
    }
  }
}
