package dev.keygate.store.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyFormatTest {

  private static final String BASE62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  /** Its checksum was computed by another implementation of CRC-32. */
  private static final String GOLDEN = "pc_live_TDoRgdHbSeywTyE42gr042SiHf0fonwP3RCYGN";

  private final KeyFormat format = new KeyFormat("pc");

  @Test
  void mintMakesAWellFormedKeyWhenEnvironmentIsValid() {
    for (String environment : new String[] {"live", "test", "eu-1", "a", "x".repeat(32)}) {
      PlaintextKey key = format.mint(environment, new SecureRandom());

      assertThat(key.value()).matches("pc_" + environment + "_[0-9A-Za-z]{38}");
      assertThat(format.environmentOf(key.value())).contains(environment);
    }
  }

  @Test
  void mintGivesTheKnownKeyWhenRandomIsSeeded() {
    PlaintextKey key = format.mint("live", new SplittableRandom(7));

    assertThat(key.value()).isEqualTo(GOLDEN);
  }

  @Test
  void mintUsesEveryCharacterEquallyWhenCalledOften() {
    int[] seen = new int[BASE62.length()];
    SplittableRandom random = new SplittableRandom(1);
    int keys = 20_000;
    for (int i = 0; i < keys; i++) {
      String value = format.mint("live", random).value();
      for (char c : value.substring("pc_live_".length(), value.length() - 6).toCharArray()) {
        seen[BASE62.indexOf(c)]++;
      }
    }

    double expected = keys * 32.0 / BASE62.length();
    double chiSquare = 0;
    for (int count : seen) {
      chiSquare += (count - expected) * (count - expected) / expected;
    }
    // 61 degrees of freedom: above 110 with a probability of 0.0001; plain modulo gives over 4,000.
    assertThat(chiSquare).isLessThan(110);
  }

  @Test
  void mintNeverRepeatsWhenCalledOften() {
    SecureRandom random = new SecureRandom();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      assertThat(seen.add(format.mint("live", random).value())).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Live", "li_ve", "li ve", "l\u00efve", "123456789012345678901234567890123"})
  void mintRefusesWhenEnvironmentIsMalformed(String environment) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> format.mint(environment, new SplittableRandom(1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "PC", "p_c", "12345678901234567", "p\u00e7"})
  void constructorRefusesWhenPrefixIsMalformed(String prefix) {
    assertThatIllegalArgumentException().isThrownBy(() -> new KeyFormat(prefix));
  }

  @Test
  void environmentOfIsEmptyWhenAnyOneCharacterDiffers() {
    SplittableRandom random = new SplittableRandom(2);
    for (int sample = 0; sample < 40; sample++) {
      String key = format.mint("live", random).value();
      for (int i = 0; i < key.length(); i++) {
        for (char c : (BASE62 + "_-. \0\u007f").toCharArray()) {
          if (c != key.charAt(i)) {
            String changed = key.substring(0, i) + c + key.substring(i + 1);
            assertThat(format.environmentOf(changed)).as("position %d", i).isEmpty();
          }
        }
      }
    }
  }

  @Test
  void environmentOfIsEmptyWhenTwoNeighboursAreSwapped() {
    String key = format.mint("live", new SplittableRandom(3)).value();
    for (int i = 0; i + 1 < key.length(); i++) {
      if (key.charAt(i) != key.charAt(i + 1)) {
        String swapped =
            key.substring(0, i) + key.charAt(i + 1) + key.charAt(i) + key.substring(i + 2);
        assertThat(format.environmentOf(swapped)).as("position %d", i).isEmpty();
      }
    }
  }

  @Test
  void environmentOfIsEmptyWhenLettersAreFullWidth() {
    String key = format.mint("live", new SplittableRandom(4)).value();
    for (int i = 0; i < key.length(); i++) {
      char wide = (char) (key.charAt(i) - 0x20 + 0xFF00);
      assertThat(format.environmentOf(key.substring(0, i) + wide + key.substring(i + 1))).isEmpty();
      // Same low byte: a CRC over truncated characters would not notice.
      char sameByte = (char) (key.charAt(i) | 0x4e00);
      assertThat(format.environmentOf(key.substring(0, i) + sameByte + key.substring(i + 1)))
          .isEmpty();
    }
  }

  @Test
  void environmentOfIsEmptyWhenLengthDiffers() {
    String key = format.mint("live", new SplittableRandom(5)).value();
    for (int i = 0; i < key.length(); i++) {
      assertThat(format.environmentOf(key.substring(0, i))).isEmpty();
      assertThat(format.environmentOf(key.substring(i + 1))).isEmpty();
    }
    assertThat(format.environmentOf(key + "0")).isEmpty();
    assertThat(format.environmentOf(" " + key)).isEmpty();
    assertThat(format.environmentOf(key + key)).isEmpty();
    assertThat(format.environmentOf("pc_" + "a".repeat(300))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "_", "__", "pc", "pc_", "pc_live_", "pc__", "\ud83d\ude00", "null"})
  void environmentOfIsEmptyWhenCandidateIsNoKey(String candidate) {
    assertThat(format.environmentOf(candidate)).isEmpty();
  }

  @Test
  void environmentOfIsEmptyWhenPrefixIsAnother() {
    String other = new KeyFormat("px").mint("live", new SplittableRandom(6)).value();
    String longer = new KeyFormat("pcx").mint("live", new SplittableRandom(6)).value();

    assertThat(format.environmentOf(other)).isEmpty();
    assertThat(format.environmentOf(longer)).isEmpty();
  }

  @Test
  void environmentOfIsEmptyWhenGivenAHashOrAHint() {
    PlaintextKey key = format.mint("live", new SplittableRandom(8));

    assertThat(format.environmentOf(key.hint())).isEmpty();
    assertThat(format.environmentOf(HexFormat.of().formatHex(key.hash().toBytes()))).isEmpty();
  }

  @Test
  void hintShowsOnlyTheBeginningAndFourCharacters() {
    PlaintextKey key = format.mint("live", new SplittableRandom(9));

    assertThat(key.hint())
        .isEqualTo("pc_live_..." + key.value().substring(key.value().length() - 4));
    assertThat(key).hasToString("PlaintextKey[redacted]");
  }
}
