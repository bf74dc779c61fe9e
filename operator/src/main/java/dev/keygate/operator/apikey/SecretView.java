package dev.keygate.operator.apikey;

import dev.keygate.store.key.KeyHash;
import org.jspecify.annotations.Nullable;

/** The live Secret as far as decisions need it; never its value. */
sealed interface SecretView {

  /** It was not looked at yet. */
  record Unread() implements SecretView {}

  /** The API server says there is none. */
  record Absent() implements SecretView {}

  /**
   * Somebody else's.
   *
   * @param owner what it is owned by, for people
   */
  record Foreign(String owner) implements SecretView {}

  /**
   * Owned by the ApiKey.
   *
   * @param hash of the key in it; null when there is none
   * @param previous of the previous key in it; null when there is none
   * @param intact whether everything besides the key is as it should be
   */
  record Ours(
      String resourceVersion, @Nullable KeyHash hash, @Nullable KeyHash previous, boolean intact)
      implements SecretView {}
}
