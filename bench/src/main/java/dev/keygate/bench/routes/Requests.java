package dev.keygate.bench.routes;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Ready-made requests for one route, sent in turn. Used by one thread. */
final class Requests {

  private final List<byte[]> requests;
  private int next;

  private Requests(List<byte[]> requests) {
    this.requests = requests;
  }

  /**
   * @param heads request line and headers of each, without the empty line
   */
  static Requests of(List<String> heads) {
    return new Requests(
        heads.stream()
            .map(head -> (head + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII))
            .toList());
  }

  ByteBuffer next() {
    byte[] request = requests.get(next);
    next = next + 1 == requests.size() ? 0 : next + 1;
    return ByteBuffer.wrap(request);
  }
}
