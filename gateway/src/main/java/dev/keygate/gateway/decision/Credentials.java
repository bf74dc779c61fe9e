package dev.keygate.gateway.decision;

import dev.keygate.gateway.decision.Credential.Presented;
import dev.keygate.gateway.decision.Credential.Unusable;
import dev.keygate.gateway.decision.Denied.Unauthenticated.Reason;
import dev.keygate.store.key.KeyFormat;
import dev.keygate.store.key.KeyHash;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tells what a header's value can be, at the cost of a checksum; only a candidate is hashed. */
public final class Credentials {

  private static final Credential MISSING = new Unusable(Reason.MISSING_KEY);
  private static final Credential MALFORMED = new Unusable(Reason.MALFORMED_KEY);
  private static final Credential OTHER_ENVIRONMENT = new Unusable(Reason.OTHER_ENVIRONMENT);

  private final KeyFormat format;
  private final Map<String, String> environments;

  /**
   * For keys of this format.
   *
   * @param environments those whose keys this gateway accepts
   */
  public Credentials(KeyFormat format, Collection<String> environments) {
    this.format = format;
    this.environments =
        environments.stream().collect(Collectors.toMap(Function.identity(), Function.identity()));
  }

  /**
   * What this value can be.
   *
   * @param value the one header's value; null when there is none
   */
  public Credential of(@Nullable String value) {
    if (value == null || value.isBlank()) {
      return MISSING;
    }
    if (value.length() > KeyFormat.MAX_LENGTH) {
      return MALFORMED;
    }
    String environment = format.environmentOf(value).orElse(null);
    if (environment == null) {
      return MALFORMED;
    }
    String served = environments.get(environment);
    return served == null ? OTHER_ENVIRONMENT : new Presented(KeyHash.of(value), served);
  }
}
