package dev.keygate.operator.event;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names of Events: the same happening to the same object gets the same name. */
final class EventName {

  private static final int MAX_LENGTH = 253;
  private static final int HASH_LENGTH = 16;

  private EventName() {}

  static String of(String name, String uid, String reason, String note) {
    String hash =
        HexFormat.of()
            .formatHex(sha256(uid + "\0" + reason + "\0" + note))
            .substring(0, HASH_LENGTH);
    int room = MAX_LENGTH - HASH_LENGTH - 1;
    String stem = name.length() <= room ? name : name.substring(0, room);
    while (stem.endsWith(".") || stem.endsWith("-")) {
      stem = stem.substring(0, stem.length() - 1);
    }
    return stem + "." + hash;
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
