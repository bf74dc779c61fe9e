package dev.keygate.bench.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FixedUpstreamTest {

  @Test
  void countFindsEachRequestWhenReadsSplitThemAnywhere() {
    String two = "GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n";

    for (int split = 0; split <= two.length(); split++) {
      FixedUpstream.Ends ends = new FixedUpstream.Ends();
      int found = ends.count(bytes(two.substring(0, split)));
      assertThat(found + ends.count(bytes(two.substring(split)))).isEqualTo(2);
    }
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
