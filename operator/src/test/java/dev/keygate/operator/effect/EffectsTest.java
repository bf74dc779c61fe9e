package dev.keygate.operator.effect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keygate.store.write.Command;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EffectsTest {

  @Test
  void nobodyListensInTheProduct() {
    assertThat(ServiceLoader.load(EffectListener.class)).isEmpty();
  }

  @Test
  void effectsAreRunAndAnswered() {
    assertThat(Effects.load().run(Effects.SECRET_CREATE, "team/key", () -> "done"))
        .isEqualTo("done");
  }

  @Test
  void namesSayWhatAndWhose() {
    assertThat(Effects.of(new Command.RevokeVersions("uid", Set.of(), "Revoked")))
        .isEqualTo("feed.RevokeVersions");
    assertThat(Effects.nameOf("team", "key")).isEqualTo("team/key");
    assertThat(Effects.nameOf(null, "acme")).isEqualTo("acme");
  }
}
