package dev.keygate.operator.apikey;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Keys and their life.
 *
 * @param prefix what every key begins with; 1 to 16 lower-case letters and digits, the same for
 *     operator and gateways
 * @param revokeUngrantedAfter how long a key stays usable whose organization is gone or no longer
 *     granted to its namespace, in case the grant only moves from one manifest to another; then it
 *     is revoked for good
 */
@ConfigurationProperties("keygate.keys")
public record KeysProperties(
    @DefaultValue("pc") String prefix, @DefaultValue("10s") Duration revokeUngrantedAfter) {

  public KeysProperties {
    if (!prefix.matches("[a-z0-9]{1,16}")) {
      throw new IllegalArgumentException(
          "keygate.keys.prefix (" + prefix + ") must be 1 to 16 lower-case letters and digits");
    }
    if (revokeUngrantedAfter.isNegative()) {
      throw new IllegalArgumentException(
          "keygate.keys.revoke-ungranted-after ("
              + revokeUngrantedAfter
              + ") must not be negative");
    }
  }
}
