package dev.keygate.operator.leadership;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;

class RewindNoticingLockTest {

  private final RewindNoticingLock lock = new RewindNoticingLock("keygate-system", "lease", "me");

  @Test
  void etcdGoesOnWhileVersionsRise() {
    lock.toRecord(lease("9"));
    lock.toRecord(lease("10"));
    lock.toRecord(lease("10"));

    assertThat(lock.rewound()).isNotDone();
  }

  @Test
  void etcdWasPutBackWhenAVersionIsLowerThanOneBefore() {
    lock.toRecord(lease("10"));
    lock.toRecord(lease("9"));

    assertThat(lock.rewound()).isDone();
  }

  private static Lease lease(String version) {
    return new LeaseBuilder()
        .withNewMetadata()
        .withResourceVersion(version)
        .endMetadata()
        .withNewSpec()
        .withLeaseDurationSeconds(5)
        .withAcquireTime(ZonedDateTime.now(ZoneOffset.UTC))
        .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC))
        .withLeaseTransitions(0)
        .endSpec()
        .build();
  }
}
