package dev.keygate.operator.finality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.store.feed.FeedPosition;
import dev.keygate.store.lease.Replicas.Replica;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FinalityRuleTest {

  private static final UUID EPOCH = UUID.randomUUID();
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration BOUND = FinalityRule.bound(Duration.ofSeconds(100));

  @Test
  void boundAllowsForClocksAndTheWayWhenLeaseIsGiven() {
    assertThat(BOUND).isEqualTo(Duration.ofSeconds(102));
  }

  @Test
  void judgeIsFinalWhenNoReplicaIsRegistered() {
    assertThat(judge(0, List.of())).isEqualTo(new Acknowledgement.Final(0, 0, NOW));
  }

  @Test
  void judgeIsFinalWhenEveryReplicaHasReachedThePosition() {
    assertThat(judge(0, List.of(replica("a", at(EPOCH, 5)), replica("b", at(EPOCH, 9)))))
        .isEqualTo(new Acknowledgement.Final(2, 2, NOW));
  }

  @Test
  void judgeWaitsByNameWhenAReplicaIsBehindOrHasNotRenewedYet() {
    assertThat(
            judge(
                0,
                List.of(
                    replica("c", at(EPOCH, 4)), replica("a", null), replica("b", at(EPOCH, 5)))))
        .isEqualTo(new Acknowledgement.Waiting(1, 3, List.of("a", "c")));
  }

  @Test
  void judgeWaitsWhenTheNumberIsOfAnotherEpoch() {
    assertThat(judge(0, List.of(replica("a", at(UUID.randomUUID(), 9)))))
        .isInstanceOf(Acknowledgement.Waiting.class);
  }

  @Test
  void judgeIsFinalWithoutAcknowledgementOnceTheLeaseHasRunOut() {
    assertThat(judge(101, List.of(replica("a", null)))).isInstanceOf(Acknowledgement.Waiting.class);
    assertThat(judge(102, List.of(replica("a", null))))
        .isEqualTo(new Acknowledgement.Final(0, 1, NOW));
  }

  @Test
  void judgeTrustsNoSetOfRowsWhenRowsMayBeLost() {
    List<Replica> all = List.of(replica("a", at(EPOCH, 5)));

    assertThat(FinalityRule.judge(at(EPOCH, 5), Duration.ofSeconds(101), BOUND, all, false, NOW))
        .isEqualTo(new Acknowledgement.Waiting(1, 1, List.of()));
    assertThat(FinalityRule.judge(at(EPOCH, 5), Duration.ofSeconds(102), BOUND, all, false, NOW))
        .isEqualTo(new Acknowledgement.Final(1, 1, NOW));
  }

  private static Acknowledgement judge(long seconds, List<Replica> rows) {
    return FinalityRule.judge(at(EPOCH, 5), Duration.ofSeconds(seconds), BOUND, rows, true, NOW);
  }

  private static Replica replica(String name, @Nullable FeedPosition applied) {
    return new Replica(UUID.randomUUID(), name, applied, 1);
  }

  private static FeedPosition at(UUID epoch, long seq) {
    return new FeedPosition(epoch, seq, UUID.randomUUID());
  }
}
