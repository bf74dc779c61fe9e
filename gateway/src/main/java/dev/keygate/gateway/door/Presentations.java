package dev.keygate.gateway.door;

import dev.keygate.gateway.decision.Authentication;
import dev.keygate.gateway.decision.Credential;
import dev.keygate.gateway.usage.StragglerRecorder;
import dev.keygate.gateway.usage.UsageRecorder;
import dev.keygate.gateway.view.KeyEntry;
import dev.keygate.gateway.view.KeySnapshot;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Counts every presentation of a version that the view knows, whatever becomes of the request: a
 * version is not out of use because its requests are refused. Who presents a retiring version is
 * recorded besides.
 */
public final class Presentations {

  /** A request that took this long may have been open at a flush. */
  private static final long LONG_MILLIS = 100;

  private final UsageRecorder usage;
  private final StragglerRecorder stragglers;

  public Presentations(UsageRecorder usage, StragglerRecorder stragglers) {
    this.usage = usage;
    this.stragglers = stragglers;
  }

  /** Of a request that is refused before anybody asks whose key it is. */
  void refused(ServerWebExchange exchange, Credential credential, KeySnapshot snapshot) {
    KeyEntry key = find(credential, snapshot);
    if (key != null) {
      usage.record(key.keyId());
      if (key.retiring()) {
        straggler(exchange, key);
      }
    }
  }

  /** Counts when it comes and, should it take long, that the version was in use until its end. */
  Mono<Void> counted(ServerWebExchange exchange, Inbound inbound, Judge judge, Mono<Void> answer) {
    KeyEntry key =
        inbound.authentication() instanceof Authentication.Valid valid
            ? valid.key()
            : find(inbound.credential(), inbound.snapshot());
    if (key == null) {
      return answer;
    }
    usage.record(key.keyId());
    if (!key.retiring()) {
      return answer.doFinally(signal -> ended(key, inbound, judge));
    }
    // When the answer begins its route is known, and a stream may go on for long after that.
    AtomicBoolean seen = new AtomicBoolean();
    Runnable see =
        () -> {
          if (!seen.getAndSet(true)) {
            straggler(exchange, key);
          }
        };
    exchange.getResponse().beforeCommit(() -> Mono.fromRunnable(see));
    return answer.doFinally(
        signal -> {
          see.run();
          ended(key, inbound, judge);
        });
  }

  private void ended(KeyEntry key, Inbound inbound, Judge judge) {
    if (judge.nowMillis() - inbound.startedMillis() >= LONG_MILLIS) {
      usage.touch(key.keyId());
    }
  }

  private void straggler(ServerWebExchange exchange, KeyEntry key) {
    Route route = exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR);
    stragglers.record(
        key.keyId(),
        address(exchange.getRequest().getRemoteAddress()),
        Objects.requireNonNullElse(
            exchange.getRequest().getHeaders().getFirst(HttpHeaders.USER_AGENT), ""),
        route == null ? "" : route.getId());
  }

  /** The connection's other end: what a client says of itself is no address. */
  private static String address(@Nullable InetSocketAddress peer) {
    return peer == null || peer.getAddress() == null ? "" : peer.getAddress().getHostAddress();
  }

  private static @Nullable KeyEntry find(Credential credential, KeySnapshot snapshot) {
    return switch (credential) {
      case Credential.Unusable unusable -> null;
      case Credential.Presented(var hash, _) -> snapshot.find(hash).orElse(null);
    };
  }
}
