package dev.keygate.operator.apikey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.operator.condition.Reason;
import dev.keygate.operator.condition.Verdict.Status;
import dev.keygate.operator.condition.Verdicts;
import dev.keygate.operator.finality.Acknowledgement;
import dev.keygate.operator.tree.Tenancy;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ApiKeyConditionsTest {

  private static final Acknowledgement WAITING =
      new Acknowledgement.Waiting(1, 2, List.of("gateway-2"));

  static Stream<Arguments> worlds() {
    return Stream.of(
        Arguments.of(
            "an issued key", new KeyWorld().issued(), "True/Accepted True/Programmed True/Ready"),
        Arguments.of(
            "a spec that makes no sense",
            new KeyWorld().problems("spec.expiresAt (soon) is not an RFC 3339 time"),
            "False/Invalid Unknown/Pending False/NotAccepted"),
        Arguments.of(
            "no organization",
            new KeyWorld()
                .tenancy(new Tenancy.Refused(Reason.OrganizationNotFound, "no acme", true)),
            "False/OrganizationNotFound Unknown/Pending False/NotAccepted"),
        Arguments.of(
            "a namespace without grant",
            new KeyWorld()
                .tenancy(new Tenancy.Refused(Reason.OrganizationNotAccepted, "no grant", true)),
            "False/OrganizationNotAccepted Unknown/Pending False/NotAccepted"),
        Arguments.of(
            "an organization that has no verdict yet",
            new KeyWorld().tenancy(new Tenancy.Undecided("not yet")),
            "Unknown/Pending Unknown/Pending Unknown/Pending"),
        Arguments.of(
            "a foreign Secret",
            new KeyWorld().secret(new SecretView.Foreign("owned by Deployment web")),
            "False/SecretConflict Unknown/Pending False/NotAccepted"),
        Arguments.of(
            "a replica that lags",
            new KeyWorld().issued().acknowledgement(WAITING),
            "True/Accepted False/AwaitingReplicas False/NotProgrammed"),
        Arguments.of("a revoked key", revoked(), "True/Accepted True/Programmed False/Revoked"),
        Arguments.of(
            "a deleted key that a replica still accepts",
            new KeyWorld().issued().removed().acknowledgement(WAITING),
            "True/Accepted False/AwaitingReplicas False/Deleted"),
        Arguments.of(
            "an expired key",
            new KeyWorld().issued().expiresAt(KeyWorld.NOW),
            "True/Accepted True/Programmed False/Expired"),
        Arguments.of(
            "a suspended organization",
            new KeyWorld().issued().tenancy(new Tenancy.Granted("acme", List.of(), "root")),
            "True/Accepted True/Programmed False/OrganizationSuspended"),
        Arguments.of(
            "a key that is not minted yet",
            new KeyWorld(),
            "True/Accepted Unknown/Pending Unknown/Pending"));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("worlds")
  void ofSaysHowItStands(String world, KeyWorld given, String expected) {
    Verdicts verdicts = ApiKeyConditions.of(given.state(), KeyWorld.NOW);

    assertThat(
            Stream.of(verdicts.accepted(), verdicts.programmed(), verdicts.ready())
                .map(v -> v.status() + "/" + v.reason()))
        .containsExactly(expected.split(" "));
  }

  @Test
  void ofNamesTheReplicaWhenOneLags() {
    Verdicts verdicts =
        ApiKeyConditions.of(new KeyWorld().issued().acknowledgement(WAITING).state(), KeyWorld.NOW);

    assertThat(verdicts.programmed().message()).contains("gateway-2");
  }

  @Test
  void storeUnavailableSaysSoWhenASpecCannotBeCarriedOut() {
    Verdicts verdicts = ApiKeyConditions.storeUnavailable();

    assertThat(verdicts.programmed().reason()).isEqualTo(Reason.StoreUnavailable);
    assertThat(verdicts.ready().status()).isEqualTo(Status.False);
  }

  @Test
  void readySaysWhatALaterTimeDoesForAnExpiredKey() {
    assertThat(ready(new KeyWorld().issued().expiresAt(KeyWorld.NOW))).contains("the same key");
    assertThat(ready(new KeyWorld().expiresAt(KeyWorld.NOW))).contains("no key is issued");
  }

  @Test
  void readySaysSoWhenTheCeilingsLeaveAKeyNothing() {
    assertThat(ready(new KeyWorld().issued().tenancy(new Tenancy.Granted("acme", List.of(), null))))
        .contains("leave it no permission");
  }

  private static String ready(KeyWorld world) {
    return ApiKeyConditions.of(world.state(), KeyWorld.NOW).ready().message();
  }

  private static KeyWorld revoked() {
    KeyWorld world = new KeyWorld().issued().revoked(true);
    world.settle();
    return world;
  }
}
