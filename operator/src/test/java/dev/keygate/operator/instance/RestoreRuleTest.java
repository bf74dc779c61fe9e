package dev.keygate.operator.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.crds.v1alpha1.ApiKeySpec;
import dev.keygate.crds.v1alpha1.ApiKeyStatus;
import dev.keygate.crds.v1alpha1.KeyVersionState;
import dev.keygate.crds.v1alpha1.KeyVersionStatus;
import dev.keygate.operator.instance.RestoreRule.Verdict;
import dev.keygate.store.key.KeyHash;
import dev.keygate.store.read.KeyRecord;
import dev.keygate.store.write.Command.KeySpec;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RestoreRuleTest {

  private static final KeyHash HASH = KeyHash.of("pc_live_x");
  private static final KeySpec STORED =
      spec(List.of("contacts:*"), Instant.parse("2027-01-01T00:00:00Z"));

  @Test
  void judgeKnowsNothingWhenTheApiKeyIsGone() {
    assertThat(RestoreRule.judge(null, version("k2", 2), () -> Set.of(HASH)))
        .isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void judgeEndsEverythingWhenTheSpecRevokesOrTheResourceIsBeingDeleted() {
    ApiKey revoked = key(shown("k2", 2, KeyVersionState.Active));
    revoked.getSpec().setRevoked(true);
    ApiKey deleted = key(shown("k2", 2, KeyVersionState.Active));
    deleted.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");

    assertThat(judge(revoked, "k2", 2)).isEqualTo(Verdict.ENDED);
    assertThat(judge(deleted, "k2", 2)).isEqualTo(Verdict.ENDED);
  }

  @Test
  void judgeBelievesTheStatusOverARestoredSecret() {
    ApiKey key =
        key(shown("k2", 2, KeyVersionState.Active), shown("k1", 1, KeyVersionState.Revoked));

    assertThat(judge(key, "k2", 2)).isEqualTo(Verdict.USABLE);
    assertThat(judge(key, "k1", 1)).isEqualTo(Verdict.ENDED);
  }

  @Test
  void judgeEndsAnOldVersionWhenTheStatusNoLongerShowsIt() {
    assertThat(judge(key(shown("k5", 5, KeyVersionState.Active)), "k1", 1))
        .isEqualTo(Verdict.ENDED);
  }

  @Test
  void judgeBelievesTheSecretOnlyOfAVersionThatTheStatusCanNotHaveYet() {
    ApiKey key = key(shown("k1", 1, KeyVersionState.Active));

    assertThat(judge(key, "k2", 2)).isEqualTo(Verdict.USABLE);
    assertThat(RestoreRule.judge(key, version("k2", 2), Set::of)).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void specTakesPermissionsAndExpiryFromTheResource() {
    ApiKey key = key();
    key.getSpec().setPermissions(List.of("contacts:read"));
    key.getSpec().setExpiresAt("2026-06-01T02:00:00.1234567+02:00");

    assertThat(RestoreRule.spec(key, STORED))
        .isEqualTo(spec(List.of("contacts:read"), Instant.parse("2026-06-01T00:00:00.123456Z")));
  }

  @Test
  void specTakesPermissionsAndExpiryAwayWhenTheResourceHasNone() {
    assertThat(RestoreRule.spec(key(), STORED)).isEqualTo(spec(List.of(), null));
  }

  @Test
  void specHasTheExpiryOfTheResourceWhateverItsOffset() {
    ApiKey key = key();
    key.getSpec().setExpiresAt("2026-01-02T00:00:00+23:59");

    assertThat(RestoreRule.spec(key, STORED).expiresAt()).isEqualTo("2026-01-01T00:01:00Z");
  }

  @Test
  void specKeepsTheExpiryWhenTheResourceSaysNoTime() {
    ApiKey key = key();
    key.getSpec().setExpiresAt("soon");

    assertThat(RestoreRule.spec(key, STORED).expiresAt()).isEqualTo(STORED.expiresAt());
  }

  private static KeySpec spec(List<String> permissions, @Nullable Instant expiresAt) {
    return new KeySpec("uid", "team-a", "crm", "acme", "live", permissions, expiresAt);
  }

  private static Verdict judge(ApiKey key, String keyId, int number) {
    return RestoreRule.judge(key, version(keyId, number), () -> Set.of(HASH));
  }

  private static ApiKey key(KeyVersionStatus... versions) {
    ApiKey key = new ApiKey();
    key.setMetadata(new ObjectMetaBuilder().withUid("uid").build());
    key.setSpec(new ApiKeySpec());
    key.setStatus(new ApiKeyStatus());
    key.getStatus().setVersions(List.of(versions));
    return key;
  }

  private static KeyVersionStatus shown(String keyId, int number, KeyVersionState state) {
    KeyVersionStatus version = new KeyVersionStatus();
    version.setKeyId(keyId);
    version.setVersion(number);
    version.setState(state);
    return version;
  }

  private static KeyRecord.Version version(String keyId, int number) {
    return new KeyRecord.Version(
        keyId,
        number,
        HASH,
        "hint",
        KeyRecord.State.ACTIVE,
        1,
        Instant.EPOCH,
        "Created",
        null,
        null,
        null,
        null,
        0,
        null);
  }
}
