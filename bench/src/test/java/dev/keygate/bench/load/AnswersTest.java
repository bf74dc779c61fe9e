package dev.keygate.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AnswersTest {

  private static final String ANSWER =
      "HTTP/1.1 200 OK\r\nServer: x\r\ncontent-Length: 5\r\nX: y\r\n\r\nhello";

  @Test
  void lengthCountsHeadAndBodyWhenComplete() {
    assertThat(length(ANSWER)).isEqualTo(ANSWER.length());
    assertThat(length(ANSWER + ANSWER)).isEqualTo(ANSWER.length());
  }

  @Test
  void lengthIsUnknownWhenAnyPartIsMissing() {
    for (int i = 0; i < ANSWER.length(); i++) {
      assertThat(length(ANSWER.substring(0, i))).isEqualTo(-1);
    }
  }

  @Test
  void lengthRefusesWhenTheAnswerIsNotOk() {
    assertThatIllegalStateException()
        .isThrownBy(() -> length("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"))
        .withMessageContaining("401");
  }

  @Test
  void lengthRefusesWhenTheAnswerHasNoLength() {
    assertThatIllegalStateException()
        .isThrownBy(() -> length("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
  }

  private static int length(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return Answers.length(bytes, bytes.length);
  }
}
