package dev.keygate.gateway.door;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.timeout.TimeoutException;
import java.io.IOException;
import java.net.UnknownHostException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Turns whatever went wrong into an answer that says no more than it must. */
final class Failures {

  private static final Logger LOGGER = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  static Mono<Void> answer(ServerWebExchange exchange, String correlationId, Throwable failure) {
    if (exchange.getResponse().isCommitted()) {
      LOGGER
          .atWarn()
          .addKeyValue("correlationId", correlationId)
          .addKeyValue("error", failure.toString())
          .log("answer broken off after its head");
      return Mono.error(new BrokenAnswer(correlationId, failure));
    }
    Refusal refusal = refusal(failure);
    log(refusal, correlationId, failure);
    return Refusals.write(exchange, refusal, correlationId);
  }

  private static void log(Refusal refusal, String correlationId, Throwable failure) {
    switch (refusal.code()) {
      case INTERNAL_ERROR ->
          LOGGER
              .atError()
              .addKeyValue("correlationId", correlationId)
              .setCause(failure)
              .log("request failed");
      case UPSTREAM_ERROR, UPSTREAM_TIMEOUT ->
          LOGGER
              .atWarn()
              .addKeyValue("correlationId", correlationId)
              .addKeyValue("code", refusal.code().text())
              .addKeyValue("error", failure.toString())
              .log("upstream failed");
      default ->
          LOGGER
              .atDebug()
              .addKeyValue("correlationId", correlationId)
              .addKeyValue("code", refusal.code().text())
              .log("request refused");
    }
  }

  private static Refusal refusal(Throwable failure) {
    return switch (failure) {
      case RefusedLate late -> Refusal.of(late.denied());
      case ErrorResponse response -> ofStatus(response.getStatusCode().value());
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
