package dev.keygate.operator.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keygate.store.connection.StoreUnavailableException;
import dev.keygate.store.write.DeposedException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class StoreGateTest {

  private static final Mono<String> DOWN =
      Mono.error(new StoreUnavailableException("down", new IllegalStateException("refused")));

  private final AtomicInteger deposed = new AtomicInteger();
  private final AtomicInteger asked = new AtomicInteger();
  private final StoreGate gate = new StoreGate(_ -> deposed.incrementAndGet(), () -> 0);

  @Test
  void getFailsWithoutAskingWhenTheStoreWasJustFoundDown() {
    // Given
    fail();
    fail();

    // When, Then
    assertThat(gate.isUp()).isFalse();
    assertThatThrownBy(() -> gate.get(Mono.fromCallable(asked::incrementAndGet)))
        .isInstanceOf(StoreUnavailableException.class);
    assertThat(asked).hasValue(0);
  }

  @Test
  void getRunsWhatWaitsOnceWhenTheStoreIsBack() {
    // Given
    AtomicInteger woken = new AtomicInteger();
    fail();
    gate.onceBack("a", woken::incrementAndGet);
    gate.onceBack("a", woken::incrementAndGet);

    // When: the first to try after an outage began is let through.
    assertThat(gate.get(Mono.just("answer"))).isEqualTo("answer");
    assertThat(gate.get(Mono.just("answer"))).isEqualTo("answer");

    // Then
    assertThat(gate.isUp()).isTrue();
    assertThat(woken).hasValue(1);
  }

  @Test
  void getSaysNothingOfTheWriterWhenOnlyWritesFail() {
    // Given
    AtomicInteger woken = new AtomicInteger();
    assertThatThrownBy(() -> gate.write(DOWN)).isInstanceOf(StoreUnavailableException.class);
    gate.onceBack("a", woken::incrementAndGet);

    // When, Then
    assertThat(gate.get(Mono.just("answer"))).isEqualTo("answer");
    assertThat(gate.isUp()).isFalse();
    assertThat(woken).hasValue(0);

    // When, Then
    assertThat(gate.write(Mono.just("written"))).isEqualTo("written");
    assertThat(gate.isUp()).isTrue();
    assertThat(woken).hasValue(1);
  }

  @Test
  void getLetsWritersTryAgainWhenTheWholeStoreIsBack() {
    assertThatThrownBy(() -> gate.write(DOWN)).isInstanceOf(StoreUnavailableException.class);
    fail();

    assertThat(gate.get(Mono.just("answer"))).isEqualTo("answer");

    assertThat(gate.isUp()).isTrue();
  }

  @Test
  void getTellsWhenAnotherOperatorHasTakenOver() {
    assertThatThrownBy(() -> gate.get(Mono.error(new DeposedException("term 2"))))
        .isInstanceOf(DeposedException.class);
    assertThat(deposed).hasValue(1);
  }

  private void fail() {
    assertThatThrownBy(() -> gate.get(DOWN)).isInstanceOf(StoreUnavailableException.class);
  }
}
