package dev.keygate.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.operator.cluster.Turns.Turn;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TurnsTest {

  private final Turns turns = new Turns(1);

  @Test
  void takeLetsUrgentWorkPassWhenAllPlacesAreTaken() throws Exception {
    try (Turn _ = turns.take(false);
        Turn urgent = turns.take(true)) {
      assertThat(urgent).isNotNull();
    }
  }

  @Test
  void asideGivesThePlaceAwayWhileItWaits() throws Exception {
    try (Turn turn = turns.take(false)) {
      String other =
          turn.aside(
              () -> {
                CompletableFuture<String> second = CompletableFuture.supplyAsync(this::work);
                return second.orTimeout(10, TimeUnit.SECONDS).join();
              });

      assertThat(other).isEqualTo("done");
    }
  }

  private String work() {
    try (Turn _ = turns.take(false)) {
      return "done";
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
