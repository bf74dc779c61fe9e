package dev.keygate.bench.load;

import dev.keygate.bench.store.BenchStore.IssuedKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Ready-made requests for one route, sent in turn. Used by one thread. */
public final class Requests {

  private final List<byte[]> requests;
  private int next;

  private Requests(List<byte[]> requests) {
    this.requests = requests;
  }

  /**
   * @param heads request line and headers of each, without the empty line
   */
  public static Requests of(List<String> heads) {
    return new Requests(
        heads.stream()
            .map(head -> (head + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII))
            .toList());
  }

  /** One for each key, about its own organization, on the keyed route of the benchmarks. */
  public static Requests keyed(List<IssuedKey> keys) {
    return of(
        keys.stream()
            .map(
                key ->
                    get(
                        "/v1/organizations/" + key.organization() + "/contacts?page=1",
                        key.key().value()))
            .toList());
  }

  /** The head of a request without a key. */
  public static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\nHost: bench\r\nAccept: */*";
  }

  /** The head of a request with a key. */
  public static String get(String target, String key) {
    return get(target) + "\r\nX-API-Key: " + key;
  }

  public ByteBuffer next() {
    byte[] request = requests.get(next);
    next = next + 1 == requests.size() ? 0 : next + 1;
    return ByteBuffer.wrap(request);
  }
}
