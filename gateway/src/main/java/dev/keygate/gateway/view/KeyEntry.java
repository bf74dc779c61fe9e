package dev.keygate.gateway.view;

import dev.keygate.store.key.KeyHash;

/**
 * One usable version of a key. There can be a million: primitive fields, shared objects and no
 * collections. Its environment is part of the hashed text, so it is not held.
 */
public final class KeyEntry {

  /** What {@link #expiresAtMillis} says of a key that does not expire. */
  static final long NEVER = Long.MAX_VALUE;

  private final long a;
  private final long b;
  private final long c;
  private final long d;

  /** The first half of the hash of the ApiKey's UID, which may have several versions. */
  private final long uidHigh;

  private final long uidLow;
  private final long expiresAtMillis;
  private final String keyId;
  private final PermissionSet permissions;

  /** The organization's number; its complement (below zero) when the version is retiring. */
  private final int organization;

  KeyEntry(
      KeyHash hash,
      KeyHash uid,
      String keyId,
      boolean retiring,
      int organization,
      PermissionSet permissions,
      long expiresAtMillis) {
    this.a = hash.a();
    this.b = hash.b();
    this.c = hash.c();
    this.d = hash.d();
    this.uidHigh = uid.a();
    this.uidLow = uid.b();
    this.keyId = keyId;
    this.organization = retiring ? ~organization : organization;
    this.permissions = permissions;
    this.expiresAtMillis = expiresAtMillis;
  }

  public String keyId() {
    return keyId;
  }

  /** The key's own list; organizations above it may allow less. */
  public PermissionSet permissions() {
    return permissions;
  }

  public boolean expired(long nowMillis) {
    return nowMillis >= expiresAtMillis;
  }

  /** The number under which {@link OrganizationTree} knows its organization. */
  int organization() {
    return organization < 0 ? ~organization : organization;
  }

  /** Whether another version has replaced it: then its use is on record. */
  public boolean retiring() {
    return organization < 0;
  }

  boolean hasHash(KeyHash hash) {
    return a == hash.a() && b == hash.b() && c == hash.c() && d == hash.d();
  }

  boolean hasUid(KeyHash uid) {
    return uidHigh == uid.a() && uidLow == uid.b();
  }

  long hashWord() {
    return a;
  }

  long uidWord() {
    return uidHigh;
  }

  @Override
  public String toString() {
    return "KeyEntry[" + keyId + "]";
  }
}
