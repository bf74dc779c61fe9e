package dev.keygate.gateway.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LeaseTest {

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final Lease lease = new Lease(nanos::get);

  @Test
  void isNotFreshBeforeTheFirstRenewal() {
    assertThat(lease.fresh()).isFalse();
    assertThat(lease.ready()).isFalse();
    assertThat(lease.degraded()).isTrue();
  }

  @Test
  void answersAndIsNotReadyInTheStalePart() {
    lease.extend(lease.now(), seconds(100), seconds(40));
    assertThat(lease.ready()).isTrue();

    after(seconds(60));
    assertThat(lease.ready()).isFalse();
    assertThat(lease.fresh()).isTrue();

    after(seconds(40));
    assertThat(lease.fresh()).isFalse();
  }

  @Test
  void isDegradedAfterThirtySecondsOrAQuarterOfTheLease() {
    lease.extend(lease.now(), seconds(1000), Duration.ZERO);
    after(seconds(30).minusNanos(1));
    assertThat(lease.degraded()).isFalse();
    after(Duration.ofNanos(1));
    assertThat(lease.degraded()).isTrue();

    lease.end();
    lease.extend(lease.now(), seconds(8), Duration.ZERO);
    assertThat(lease.degraded()).isFalse();
    after(seconds(2));
    assertThat(lease.degraded()).isTrue();
  }

  @Test
  void isNotShortenedByAnOlderRenewal() {
    long sent = lease.now();
    lease.extend(sent + seconds(10).toNanos(), seconds(100), Duration.ZERO);

    lease.extend(sent, seconds(100), seconds(90));

    assertThat(lease.remaining()).isEqualTo(seconds(110));
    after(seconds(20));
    assertThat(lease.ready()).isTrue();
  }

  /** The store's terms became shorter: what was granted stays, and renewals go on to count. */
  @Test
  void staysReadyAndIsNotDegradedWhenRenewedUnderShorterTerms() {
    lease.extend(lease.now(), seconds(720), seconds(600));

    for (int renewal = 0; renewal < 20; renewal++) {
      after(seconds(10));
      lease.extend(lease.now(), seconds(120), Duration.ZERO);

      assertThat(lease.ready()).isTrue();
      assertThat(lease.degraded()).isFalse();
    }
    assertThat(lease.remaining()).isEqualTo(seconds(520));
  }

  @Test
  void endsAtOnce() {
    lease.extend(lease.now(), seconds(100), Duration.ZERO);

    lease.end();

    assertThat(lease.fresh()).isFalse();
    assertThat(lease.ready()).isFalse();
  }

  private void after(Duration passed) {
    nanos.addAndGet(passed.toNanos());
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }
}
