package dev.keygate.gateway.door;

import dev.keygate.gateway.metric.DecisionMetrics;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.timeout.TimeoutException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Turns whatever went wrong into an answer that says no more than it must. Each failure is logged
 * at DEBUG and counted; above DEBUG there is one line an interval, with how many came before it.
 */
final class Failures {

  private static final Logger LOGGER = LoggerFactory.getLogger(Failures.class);
  private static final Duration UPSTREAM_LOG_INTERVAL = Duration.ofSeconds(10);
  private static final Duration OWN_LOG_INTERVAL = Duration.ofSeconds(1);

  private final DecisionMetrics metrics;
  private final LogInterval upstreamLog;
  private final LogInterval ownLog;

  /**
   * @param nanoTime {@link System#nanoTime} outside of tests
   */
  Failures(DecisionMetrics metrics, LongSupplier nanoTime) {
    this.metrics = metrics;
    this.upstreamLog = new LogInterval(UPSTREAM_LOG_INTERVAL, nanoTime);
    this.ownLog = new LogInterval(OWN_LOG_INTERVAL, nanoTime);
  }

  Mono<Void> answer(ServerWebExchange exchange, String correlationId, Throwable failure) {
    if (exchange.getResponse().isCommitted() && failure instanceof RefusedLate) {
      metrics.withdrawn();
      return Mono.error(new BrokenAnswer(correlationId, failure));
    }
    if (exchange.getResponse().isCommitted()) {
      metrics.upstreamFailed(Refusal.Code.UPSTREAM_ERROR.text());
      log(Level.WARN, upstreamLog, "answer broken off after its head", correlationId, failure);
      return Mono.error(new BrokenAnswer(correlationId, failure));
    }
    if (failure instanceof RefusedLate late) {
      return refuseLate(exchange, correlationId, late);
    }
    Refusal refusal = refusal(failure);
    report(refusal, correlationId, failure);
    // The first attempt to commit looks at the key again, whatever the answer is.
    return Refusals.write(exchange, refusal, correlationId)
        .onErrorResume(RefusedLate.class, late -> refuseLate(exchange, correlationId, late));
  }

  /** The only place that counts it, however many of the looks at the key refused. */
  private Mono<Void> refuseLate(
      ServerWebExchange exchange, String correlationId, RefusedLate late) {
    metrics.withdrawn();
    return Refusals.write(exchange, Refusal.of(late.denied()), correlationId)
        // When the last check threw, the look before the commit does so too. It runs once only.
        .onErrorResume(
            RefusedLate.class,
            again -> Refusals.write(exchange, Refusal.of(again.denied()), correlationId));
  }

  private void report(Refusal refusal, String correlationId, Throwable failure) {
    switch (refusal.code()) {
      case INTERNAL_ERROR -> log(Level.ERROR, ownLog, "request failed", correlationId, failure);
      case UPSTREAM_ERROR, UPSTREAM_TIMEOUT -> {
        metrics.upstreamFailed(refusal.code().text());
        log(Level.WARN, upstreamLog, "upstream failed", correlationId, failure);
      }
      default ->
          LOGGER
              .atDebug()
              .addKeyValue("correlationId", correlationId)
              .addKeyValue("code", refusal.code().text())
              .log("request refused");
    }
  }

  private static void log(
      Level level, LogInterval interval, String message, String correlationId, Throwable failure) {
    LOGGER.atDebug().addKeyValue("correlationId", correlationId).setCause(failure).log(message);
    long withheld = interval.next();
    if (withheld >= 0) {
      LOGGER
          .atLevel(level)
          .addKeyValue("correlationId", correlationId)
          .addKeyValue("error", withoutQuery(failure.toString()))
          .addKeyValue("withheld", withheld)
          .log(message);
    }
  }

  /** A failure's text may quote the target; a query may hold what nobody should log. */
  private static String withoutQuery(String text) {
    int query = text.indexOf('?');
    return query < 0 ? text : text.substring(0, query) + "?…";
  }

  private static Refusal refusal(Throwable failure) {
    return switch (failure) {
      case ErrorResponse response -> ofStatus(response.getStatusCode().value());
      case DataBufferLimitException tooLarge -> Refusal.PAYLOAD_TOO_LARGE;
      case TimeoutException timeout -> Refusal.UPSTREAM_TIMEOUT;
      case java.util.concurrent.TimeoutException timeout -> Refusal.UPSTREAM_TIMEOUT;
      case ConnectTimeoutException timeout -> Refusal.UPSTREAM_TIMEOUT;
      case UnknownHostException unknown -> Refusal.UPSTREAM_ERROR;
      case IOException io -> Refusal.UPSTREAM_ERROR;
      case Throwable other when other.getCause() instanceof IOException -> Refusal.UPSTREAM_ERROR;
      case Throwable other -> Refusal.INTERNAL_ERROR;
    };
  }

  private static Refusal ofStatus(int status) {
    return switch (status) {
      case 400 -> Refusal.of(Refusal.Code.INVALID_REQUEST, "The request cannot be understood.");
      case 404 -> Refusal.NOT_FOUND;
      case 405 -> Refusal.METHOD_NOT_ALLOWED;
      case 413 -> Refusal.PAYLOAD_TOO_LARGE;
      case 415 -> Refusal.UNSUPPORTED_MEDIA_TYPE;
      case 502 -> Refusal.UPSTREAM_ERROR;
      case 503 -> Refusal.SERVICE_UNAVAILABLE;
      case 504 -> Refusal.UPSTREAM_TIMEOUT;
      default -> Refusal.INTERNAL_ERROR;
    };
  }
}
