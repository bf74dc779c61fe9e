package dev.keygate.operator.apikey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.store.key.KeyHash;
import dev.keygate.store.read.KeyRecord.State;
import dev.keygate.store.read.KeyRecord.Version;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BindingSecretTest {

  private static final String KEY = "pc_live_0123456789";

  private final BindingSecret binding = new BindingSecret("https://api.example.com");
  private final ApiKeyWish wish = new KeyWorld().expiresAt(KeyWorld.NOW).wish();
  private final List<Version> versions =
      List.of(
          new Version(
              "key-1",
              1,
              KeyHash.of(KEY),
              "hint",
              State.ACTIVE,
              1,
              KeyWorld.NOW,
              "Created",
              KeyWorld.NOW,
              null,
              null,
              null,
              0,
              null));

  @Test
  void secretHasTheWellKnownEntriesAndIsOwnedByItsApiKey() {
    Secret secret = binding.secret(wish, "key-1", KEY, null);

    assertThat(secret.getType()).isEqualTo("servicebinding.io/keygate");
    assertThat(decoded(secret))
        .isEqualTo(
            Map.of(
                "type", "keygate",
                "provider", "keygate",
                "api-key", KEY,
                "key-id", "key-1",
                "header", "X-API-Key",
                "uri", "https://api.example.com",
                "expires-at", "2026-01-01T00:00:00Z"));
    assertThat(secret.getMetadata().getLabels())
        .containsEntry("app.kubernetes.io/managed-by", "keygate")
        .containsEntry("keygate.dev/api-key-uid", KeyWorld.UID);
    assertThat(secret.getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(
            owner -> {
              assertThat(owner.getUid()).isEqualTo(KeyWorld.UID);
              assertThat(owner.getController()).isTrue();
              assertThat(owner.getBlockOwnerDeletion()).isTrue();
            });
  }

  @Test
  void viewIsIntactWhenNothingWasChanged() {
    assertThat(binding.view(live(), wish, versions))
        .isEqualTo(new SecretView.Ours("7", KeyHash.of(KEY), null, true));
  }

  @Test
  void viewIsNotIntactWhenAnEntryOrALabelIsGone() {
    Secret withoutHeader = live();
    withoutHeader.getData().remove("header");
    Secret withoutLabel = live();
    withoutLabel.getMetadata().setLabels(Map.of());

    assertThat(List.of(withoutHeader, withoutLabel))
        .allSatisfy(
            secret ->
                assertThat(binding.view(secret, wish, versions))
                    .isEqualTo(new SecretView.Ours("7", KeyHash.of(KEY), null, false)));
  }

  @Test
  void viewIsNotIntactWhenAnEntryStaysThatIsNotWantedAnyMore() {
    assertThat(new BindingSecret(null).view(live(), new KeyWorld().wish(), versions))
        .isEqualTo(new SecretView.Ours("7", KeyHash.of(KEY), null, false));
    assertThat(new BindingSecret(null).unwanted(new KeyWorld().wish()))
        .containsExactlyInAnyOrder("uri", "expires-at");
  }

  @Test
  void viewIsForeignWhenOwnedBySomethingElseOrByNothing() {
    Secret other = live();
    other.getMetadata().getOwnerReferences().getFirst().setUid("uid-2");
    Secret nobodys = live();
    nobodys.getMetadata().setOwnerReferences(List.of());

    assertThat(binding.view(other, wish, versions))
        .isEqualTo(new SecretView.Foreign("owned by ApiKey crm"));
    assertThat(binding.view(nobodys, wish, versions))
        .isEqualTo(new SecretView.Foreign("not owned by this ApiKey"));
    assertThat(binding.view(null, wish, versions)).isEqualTo(new SecretView.Absent());
  }

  @Test
  void viewIsForeignWhenSecretOfAnotherTypeNamesTheApiKeyAsItsController() {
    Secret prepared = live();
    prepared.setType("Opaque");

    assertThat(binding.view(prepared, wish, versions))
        .isEqualTo(new SecretView.Foreign("of type Opaque"));
  }

  @Test
  void viewHasNoHashWhenTheKeyEntryIsGone() {
    Secret secret = live();
    secret.getData().remove("api-key");

    assertThat(binding.view(secret, wish, versions))
        .isEqualTo(new SecretView.Ours("7", null, null, true));
  }

  private Secret live() {
    Secret secret = binding.secret(wish, "key-1", KEY, "7");
    return new SecretBuilder(secret).withData(new TreeMap<>(secret.getData())).build();
  }

  private static Map<String, String> decoded(Secret secret) {
    Map<String, String> entries = new TreeMap<>();
    secret
        .getData()
        .forEach(
            (name, value) ->
                entries.put(
                    name, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
    return entries;
  }
}
