package dev.keygate.gateway.door;

import static dev.keygate.gateway.view.ViewFixture.at;
import static dev.keygate.gateway.view.ViewFixture.key;
import static dev.keygate.gateway.view.ViewFixture.organization;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.gateway.decision.AccessPolicy;
import dev.keygate.gateway.decision.AccessRequest;
import dev.keygate.gateway.decision.Credential;
import dev.keygate.gateway.decision.OrganizationClaim;
import dev.keygate.gateway.exchange.OpenExchanges;
import dev.keygate.gateway.firewall.RequestHeaders.Selector;
import dev.keygate.gateway.firewall.RequestTarget;
import dev.keygate.gateway.lease.Lease;
import dev.keygate.gateway.lease.LeaseFixture;
import dev.keygate.gateway.metric.DecisionMetrics;
import dev.keygate.gateway.route.GuardedRoute;
import dev.keygate.gateway.view.KeyView;
import dev.keygate.gateway.view.ViewFixture;
import dev.keygate.store.feed.Change;
import dev.keygate.store.key.KeyHash;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.timeout.ReadTimeoutException;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import reactor.core.publisher.Mono;

/** What clients get when a request stops being allowed after it was decided on. */
final class RefusedAfterDecisionTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final AtomicReference<Runnable> onClockRead = new AtomicReference<>(() -> {});
  private final KeyView view =
      ViewFixture.loaded(1, List.of(organization("acme", null)), List.of(key("k", "acme", "*")));
  private final Lease lease = new Lease(this::nanoTime);
  private final Judge judge = new Judge(view, lease, InstantSource.system());
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final DecisionMetrics metrics = new DecisionMetrics(meters);
  private final OpenExchanges exchanges = new OpenExchanges();
  private final DecisionHandler handler = new DecisionHandler(List.of(), judge, exchanges, metrics);
  private final Failures failures = new Failures(metrics, () -> 0);
  private final GuardedRoute route =
      GuardedRoute.of(
          Route.async().id("r").uri("http://127.0.0.1:9").predicate(exchange -> true).build(),
          null);
  private final MockServerWebExchange exchange =
      MockServerWebExchange.from(MockServerHttpRequest.get("/x"));

  RefusedAfterDecisionTest() {
    LeaseFixture.extend(lease, Duration.ofMinutes(1).toNanos());
  }

  static Stream<Arguments> failures() {
    Mono<Void> success = Mono.empty();
    return Stream.of(
        Arguments.argumentSet("upstream too slow", Mono.error(ReadTimeoutException.INSTANCE)),
        Arguments.argumentSet("upstream reset", Mono.error(new IOException("reset"))),
        Arguments.argumentSet("own failure", Mono.error(new IllegalStateException("own"))),
        Arguments.argumentSet("upstream answered", success));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void answersUnauthorizedOnceWhenKeyIsRevokedMeanwhile(Mono<Void> outcome) {
    answer(() -> revoke(), outcome);

    assertRefused(401, "INVALID_API_KEY");
  }

  @ParameterizedTest
  @MethodSource("failures")
  void answersUnavailableOnceWhenLeaseEndsMeanwhile(Mono<Void> outcome) {
    answer(() -> LeaseFixture.end(lease), outcome);

    assertRefused(503, "SERVICE_UNAVAILABLE");
    assertThat(exchange.getResponse().getHeaders().getFirst("Retry-After")).isNotNull();
  }

  @Test
  void answersUnauthorizedOnceWhenTheLastCheckRefuses() {
    Grant.ToPrincipal grant = grant();
    Mono<Void> refused =
        Mono.error(
            () -> new RefusedLate(judge.again(grant).orElseThrow(IllegalStateException::new)));

    answer(() -> revoke(), refused);

    assertRefused(401, "INVALID_API_KEY");
  }

  @Test
  void answersUnauthorizedAtOnceWhenLookedAtWhileTheUpstreamIsStillSilent() {
    answer(
        () -> {
          revoke();
          exchanges.lookAgain();
        },
        Mono.never());

    assertRefused(401, "INVALID_API_KEY");
    assertThat(exchanges.size()).isZero();
  }

  @Test
  void answersUnavailableAtOnceWhenLookedAtAfterTheLease() {
    answer(
        () -> {
          LeaseFixture.end(lease);
          exchanges.lookAgain();
        },
        Mono.never());

    assertRefused(503, "SERVICE_UNAVAILABLE");
  }

  @Test
  void goesOnWhenLookedAtAndStillAllowed() {
    answer(
        () -> {
          view.apply(at(2), List.of(new Change.KeyRemoved("other")));
          exchanges.lookAgain();
          assertThat(exchanges.openKeyIds()).containsExactly("k");
        },
        Mono.empty());

    assertThat(exchange.getResponse().getStatusCode()).isNull();
    assertThat(exchange.getResponse().isCommitted()).isTrue();
    assertThat(exchanges.size()).isZero();
  }

  @Test
  void againRefusesWhenSwapAndRenewalComeBetweenItsReads() {
    Grant.ToPrincipal grant = grant();
    // What the lease says at the moment it is read is true of the snapshot that is in force then.
    onClockRead.set(this::revoke);

    assertThat(judge.again(grant)).isPresent();
  }

  private long nanoTime() {
    onClockRead.get().run();
    return 0;
  }

  private void revoke() {
    view.apply(at(2), List.of(new Change.KeyRemoved("k")));
  }

  private AccessRequest request() {
    return new AccessRequest(
        new Credential.Presented(KeyHash.of("k"), "live"),
        route.access(),
        "GET",
        OrganizationClaim.OWN);
  }

  private Grant.ToPrincipal grant() {
    return switch (AccessPolicy.decide(request(), view.snapshot(), true, 0)) {
      case dev.keygate.gateway.decision.Decision.Allowed(var principal) ->
          new Grant.ToPrincipal("/x", principal, request(), view.snapshot());
      default -> throw new IllegalStateException("not allowed at first");
    };
  }

  private void answer(Runnable meanwhile, Mono<Void> outcome) {
    GatewayFilter filter =
        (passed, chain) ->
            Mono.<Void>fromRunnable(meanwhile)
                .then(outcome)
                .then(Mono.defer(() -> passed.getResponse().setComplete()));
    Credential credential = request().credential();
    new Inbound(
            "id",
            (RequestTarget.Canonical) RequestTarget.of("/x"),
            exchange.getRequest().getHeaders(),
            credential,
            new Selector.Absent(),
            true,
            view.snapshot(),
            AccessPolicy.authenticate(credential, view.snapshot(), true, 0),
            0,
            Runnable::run)
        .bind(exchange);
    new RouteTable.Entry(route, List.of(filter)).bind(exchange);
    handler
        .handle(exchange)
        .onErrorResume(failure -> failures.answer(exchange, "id", failure))
        .block(PATIENCE);
  }

  private void assertRefused(int status, String code) {
    assertThat(exchange.getResponse().getStatusCode())
        .isNotNull()
        .satisfies(answered -> assertThat(answered.value()).isEqualTo(status));
    assertThat(exchange.getResponse().getBodyAsString().block(PATIENCE)).contains(code);
    assertThat(meters.counter("keygate.decisions.withdrawn").count()).isEqualTo(1);
  }
}
