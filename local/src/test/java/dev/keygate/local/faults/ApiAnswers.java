package dev.keygate.local.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/** What an API server says that refuses, or that has forgotten what came after something. */
final class ApiAnswers {

  private static final String EXPIRED =
      """
      {"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},\
      "status":"Failure","message":"too old resource version","reason":"Expired","code":410}}""";

  private ApiAnswers() {}

  /** To any request. */
  static byte[] refusal(int status) {
    String reason =
        switch (status) {
          case 409 -> "Conflict";
          case 410 -> "Expired";
          case 429 -> "TooManyRequests";
          default -> "InternalError";
        };
    String body =
        """
        {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",\
        "message":"refused by a test","reason":"%s","code":%d}"""
            .formatted(reason, status);
    String head =
        "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n"
            .formatted(
                status,
                reason,
                body.getBytes(UTF_8).length,
                status == 429 ? "Retry-After: 1\r\n" : "");
    return (head + body).getBytes(UTF_8);
  }

  /** A frame of a watch. */
  static byte[] expired() {
    return textFrame(EXPIRED);
  }

  /** RFC 6455: final, text, not masked, with a length of two bytes. */
  private static byte[] textFrame(String text) {
    byte[] payload = text.getBytes(UTF_8);
    byte[] head = {(byte) 0x81, 126, (byte) (payload.length >>> 8), (byte) payload.length};
    return ByteBuffer.allocate(head.length + payload.length).put(head).put(payload).array();
  }
}
