package dev.keygate.local.checker;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** A key that was in a Secret once. */
final class KnownKey {

  private final String fullName;
  private final String uid;
  private final String keyId;
  private final String plaintext;
  private final AtomicBoolean dead = new AtomicBoolean();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong served = new AtomicLong();

  KnownKey(String fullName, String uid, String keyId, String plaintext) {
    this.fullName = fullName;
    this.uid = uid;
    this.keyId = keyId;
    this.plaintext = plaintext;
  }

  /** Of its Secret. */
  String fullName() {
    return fullName;
  }

  /** Of its ApiKey. */
  String uid() {
    return uid;
  }

  String keyId() {
    return keyId;
  }

  String plaintext() {
    return plaintext;
  }

  /** Whether it must be refused by now, for ever. */
  boolean dead() {
    return dead.get();
  }

  /** False when it was dead already. */
  boolean bury() {
    return dead.compareAndSet(false, true);
  }

  /** Requests that this checker has begun to send with it. */
  AtomicLong sent() {
    return sent;
  }

  /** Those that were answered 2xx. */
  AtomicLong served() {
    return served;
  }

  @Override
  public String toString() {
    return "KnownKey[" + keyId + "]";
  }
}
