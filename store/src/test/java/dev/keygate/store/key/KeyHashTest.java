package dev.keygate.store.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class KeyHashTest {

  @Test
  void ofEqualsMessageDigestWhateverTheLength() throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    for (int length = 0; length < 700; length++) {
      String text =
          random
              .ints(length, 0, 0x100)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      byte[] expected =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));

      assertThat(KeyHash.of(text).toBytes()).isEqualTo(expected);
      assertThat(KeyHash.of(text)).isEqualTo(KeyHash.fromBytes(expected));
    }
  }

  @Test
  void ofIsRightWhenManyThreadsHash() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks =
          IntStream.range(0, 64)
              .<Callable<KeyHash>>mapToObj(i -> () -> KeyHash.of("key-" + i))
              .toList();
      var hashes = threads.invokeAll(tasks);
      for (int i = 0; i < hashes.size(); i++) {
        assertThat(hashes.get(i).get()).isEqualTo(KeyHash.of("key-" + i));
      }
    }
  }

  @Test
  void fromBytesRefusesWhenLengthIsWrong() {
    assertThatIllegalArgumentException().isThrownBy(() -> KeyHash.fromBytes(new byte[31]));
    assertThatIllegalArgumentException().isThrownBy(() -> KeyHash.fromBytes(new byte[33]));
  }

  @Test
  void toStringIsRedacted() {
    assertThat(KeyHash.of("x")).hasToString("KeyHash[redacted]");
  }
}
