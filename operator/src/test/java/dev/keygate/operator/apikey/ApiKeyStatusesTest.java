package dev.keygate.operator.apikey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.crds.v1alpha1.ApiKeyStatus;
import dev.keygate.crds.v1alpha1.KeyVersionState;
import dev.keygate.operator.finality.Acknowledgement;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ApiKeyStatusesTest {

  private final KeyWorld world = new KeyWorld();

  @Test
  void buildShowsTheKeyInUse() {
    ApiKeyStatus status = build(world.issued(), new ApiKeyStatus(), null);

    assertThat(status.getKeyId()).isEqualTo("key-1");
    assertThat(status.getBinding()).satisfies(b -> assertThat(b.getName()).isEqualTo("crm"));
    assertThat(status.getVersions())
        .singleElement()
        .satisfies(v -> assertThat(v.getState()).isEqualTo(KeyVersionState.Active));
    assertThat(status.getUsage())
        .satisfies(
            usage -> {
              assertThat(usage.getRequests()).isZero();
              assertThat(usage.getTrackingSince()).isEqualTo("2026-01-01T00:00:00Z");
            });
  }

  @Test
  void buildTellsHowTheRevocationWentWhenItIsFinal() {
    world.issued().revoked(true).settle();
    world.acknowledgement(new Acknowledgement.Final(2, 3, KeyWorld.NOW.plusMillis(41)));

    ApiKeyStatus status = build(world, new ApiKeyStatus(), KeyWorld.NOW);

    assertThat(status.getKeyId()).isNull();
    assertThat(status.getRevocation())
        .satisfies(
            r -> {
              assertThat(r.getRequestedAt()).isEqualTo("2026-01-01T00:00:00Z");
              assertThat(r.getFinalAt()).isEqualTo("2026-01-01T00:00:00.041Z");
              assertThat(r.getLatencyMillis()).isEqualTo(41);
              assertThat(r.getAcknowledged()).isEqualTo(2);
              assertThat(r.getReplicas()).isEqualTo(3);
            });
  }

  @Test
  void buildNamesWhomTheRevocationWaitsForAndKeepsWhenItWasRequested() {
    // Given
    world.issued().revoked(true).settle(1);
    world.acknowledgement(new Acknowledgement.Waiting(1, 2, List.of("gateway-2")));
    ApiKeyStatus first = build(world, new ApiKeyStatus(), KeyWorld.NOW);
    assertThat(first.getRevocation())
        .satisfies(r -> assertThat(r.getWaitingFor()).containsExactly("gateway-2"));

    // When
    world.acknowledgement(new Acknowledgement.Final(2, 2, KeyWorld.NOW.plusSeconds(5)));
    ApiKeyStatus second = build(world, first, null);

    // Then
    assertThat(second.getRevocation())
        .satisfies(
            r -> {
              assertThat(r.getRequestedAt()).isEqualTo("2026-01-01T00:00:00Z");
              assertThat(r.getLatencyMillis()).isEqualTo(5_000);
              assertThat(r.getWaitingFor()).isNull();
            });
  }

  @Test
  void buildTellsForWhomTheDeletionOfAKeyWaits() {
    ApiKeyStatus told = build(world.issued(), new ApiKeyStatus(), null);
    world.removed().acknowledgement(new Acknowledgement.Waiting(1, 2, List.of("gateway-2")));

    ApiKeyStatus status = build(world, told, KeyWorld.NOW);

    assertThat(status.getKeyId()).isNull();
    assertThat(status.getRevocation())
        .satisfies(
            r -> {
              assertThat(r.getRequestedAt()).isEqualTo("2026-01-01T00:00:00Z");
              assertThat(r.getFinalAt()).isNull();
              assertThat(r.getWaitingFor()).containsExactly("gateway-2");
            });
  }

  @Test
  void buildForgetsTheRevocationWhenANewKeyIsUsable() {
    ApiKeyStatus revoked = revokedAndFinal();

    world.revoked(false).settle();

    assertThat(build(world, revoked, null).getRevocation()).isNull();
  }

  @Test
  void buildCallsARevocationFinalOnlyWhenItIsTheSameOneAsBefore() {
    // Given: a second key was issued and revoked, and no status told of it.
    ApiKeyStatus first = revokedAndFinal();
    world.revoked(false).settle();
    world.revoked(true).settle(2);
    world.acknowledgement(new Acknowledgement.Waiting(0, 1, List.of("gateway-1")));

    // When
    ApiKeyStatus second = build(world, first, null);

    // Then
    assertThat(second.getRevocation()).satisfies(r -> assertThat(r.getFinalAt()).isNull());
    assertThat(SettledRule.isSettled(world.state(), first)).isFalse();
  }

  @Test
  void buildKeepsAFinalRevocationWhenNothingHappensAfterIt() {
    ApiKeyStatus first = revokedAndFinal();
    world.acknowledgement(new Acknowledgement.Settled());

    assertThat(build(world, first, null).getRevocation()).isEqualTo(first.getRevocation());
    assertThat(SettledRule.isSettled(world.state(), first)).isTrue();
  }

  @Test
  void isSettledHoldsWhenAProcessStartsAnewAndNothingChanged() {
    ApiKeyStatus status = build(world.issued(), new ApiKeyStatus(), null);

    assertThat(SettledRule.isSettled(world.state(), status)).isTrue();
    assertThat(SettledRule.isSettled(world.state(), null)).isFalse();
  }

  @Test
  void isSettledFailsWhenTheStoreHasAnotherStateThanTheStatus() {
    ApiKeyStatus status = build(world.issued(), new ApiKeyStatus(), null);

    world.revoked(true).settle(1);

    assertThat(SettledRule.isSettled(world.state(), status)).isFalse();
  }

  private ApiKeyStatus revokedAndFinal() {
    world.issued().revoked(true).settle();
    ApiKeyStatus status = build(world, new ApiKeyStatus(), KeyWorld.NOW);
    assertThat(status.getRevocation()).satisfies(r -> assertThat(r.getFinalAt()).isNotNull());
    return status;
  }

  private static ApiKeyStatus build(
      KeyWorld world, ApiKeyStatus previous, @Nullable Instant requestedAt) {
    return ApiKeyStatuses.build(
        world.state(),
        previous,
        ApiKeyConditions.of(world.state(), KeyWorld.NOW),
        requestedAt,
        KeyWorld.NOW);
  }
}
