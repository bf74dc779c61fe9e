package dev.keygate.operator.apikey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.operator.condition.ConditionType;
import dev.keygate.operator.condition.Reason;
import dev.keygate.store.write.Command;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyReconcilerTest {

  private final ReconcilerWorld world = new ReconcilerWorld();

  @AfterEach
  void close() {
    world.close();
  }

  @ParameterizedTest(name = "with {0}")
  @ValueSource(ints = {0, 409, 429, 500})
  void reconcileChangesNothingAndComesBackWhenTheApiServerFailsWhileObserving(int code)
      throws InterruptedException {
    // When
    Optional<Long> again =
        world.apiServerFails(code).reconcile(ReconcilerWorld.key()).getScheduleDelay();

    // Then
    assertThat(again).hasValueSatisfying(delay -> assertThat(delay).isBetween(1L, 10_000L));
    assertThat(world.commands).isEmpty();
    assertThat(world.status).isNull();
  }

  @Test
  void reconcileRevokesAlthoughTheApiServerFailsWhileObserving() throws InterruptedException {
    // When
    Optional<Long> again =
        world.apiServerFails(500).reconcile(ReconcilerWorld.revoked()).getScheduleDelay();

    // Then
    assertThat(world.commands)
        .singleElement()
        .isInstanceOf(Command.RevokeVersions.class)
        .satisfies(
            revoke ->
                assertThat(((Command.RevokeVersions) revoke).keyIds()).containsExactly("key-1"));
    assertThat(again).hasValueSatisfying(delay -> assertThat(delay).isLessThanOrEqualTo(10_000));
  }

  @Test
  void cleanupRevokesAndKeepsTheFinalizerWhenTheApiServerFails() throws InterruptedException {
    var control = world.apiServerFails(500).cleanup(ReconcilerWorld.key());

    assertThat(world.commands).singleElement().isInstanceOf(Command.RemoveKey.class);
    assertThat(control.isRemoveFinalizer()).isFalse();
    assertThat(control.getScheduleDelay()).isPresent();
  }

  @Test
  void reconcileCallsTheSpecInvalidWhenTheStoreRejectsAValue() throws InterruptedException {
    // When
    Optional<Long> again =
        world.storeRejects().reconcile(ReconcilerWorld.revoked()).getScheduleDelay();

    // Then
    assertThat(world.condition(ConditionType.Accepted).getStatus()).isEqualTo("False");
    assertThat(world.condition(ConditionType.Accepted).getReason())
        .isEqualTo(Reason.Invalid.name());
    assertThat(again).hasValue(15_000L);
  }

  @Test
  void cleanupKeepsTheFinalizerAndSaysWhyWhenTheStoreRejectsAValue() throws InterruptedException {
    var control = world.storeRejects().cleanup(ReconcilerWorld.key());

    assertThat(control.isRemoveFinalizer()).isFalse();
    assertThat(world.condition(ConditionType.Accepted).getReason())
        .isEqualTo(Reason.Invalid.name());
  }

  @Test
  void cleanupKeepsTheFinalizerAndSaysWhyWhenTheStoreIsDown() throws InterruptedException {
    var control = world.storeIsDown().cleanup(ReconcilerWorld.key());

    assertThat(control.isRemoveFinalizer()).isFalse();
    assertThat(world.condition(ConditionType.Programmed).getReason())
        .isEqualTo(Reason.StoreUnavailable.name());
  }
}
