package dev.keygate.operator.apikey;

import dev.keygate.operator.finality.Awaited;
import dev.keygate.store.key.PlaintextKey;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What this term knows of a key beyond the store and the API server: the minted key on its way to
 * the Secret, and the change whose acknowledgement is awaited. Losing it costs a new key, never a
 * wrong one. Safe from any thread.
 */
final class KeyMemory {

  private final Map<String, Held> held = new ConcurrentHashMap<>();
  private final Map<String, Awaited> awaited = new ConcurrentHashMap<>();
  private final Map<String, Instant> refused = new ConcurrentHashMap<>();
  private final Map<String, String> warned = new ConcurrentHashMap<>();
  private final Set<String> confirmed = ConcurrentHashMap.newKeySet();

  /** A key in hand. */
  record Held(String keyId, PlaintextKey key) {}

  void hold(String uid, Held minted) {
    held.put(uid, minted);
  }

  Optional<Held> held(String uid) {
    return Optional.ofNullable(held.get(uid));
  }

  @Nullable String heldId(String uid) {
    Held minted = held.get(uid);
    return minted == null ? null : minted.keyId();
  }

  void release(String uid) {
    held.remove(uid);
  }

  void await(String uid, Awaited change) {
    awaited.put(uid, change);
  }

  Optional<Awaited> awaited(String uid) {
    return Optional.ofNullable(awaited.get(uid));
  }

  /** When it was first found that nothing grants the key its place any more. */
  Instant refusedSince(String uid, Instant now) {
    return refused.computeIfAbsent(uid, _ -> now);
  }

  void accepted(String uid) {
    refused.remove(uid);
  }

  /** Whether nobody has been warned yet of the end of this version. */
  boolean firstWarning(String uid, String keyId) {
    return !keyId.equals(warned.put(uid, keyId));
  }

  /** The status tells it from here on. */
  void settled(String uid) {
    awaited.remove(uid);
  }

  /** It was seen to be final in this term. */
  void confirmed(String uid) {
    confirmed.add(uid);
  }

  boolean isConfirmed(String uid) {
    return confirmed.contains(uid);
  }

  void forget(String uid) {
    confirmed.remove(uid);
    held.remove(uid);
    awaited.remove(uid);
    refused.remove(uid);
    warned.remove(uid);
  }
}
