package dev.keygate.operator.apikey;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The shape of keys.
 *
 * @param prefix what every key begins with; 1 to 16 lower-case letters and digits, the same for
 *     operator and gateways
 */
@ConfigurationProperties("keygate.keys")
public record KeysProperties(@DefaultValue("pc") String prefix) {

  public KeysProperties {
    if (!prefix.matches("[a-z0-9]{1,16}")) {
      throw new IllegalArgumentException(
          "keygate.keys.prefix (" + prefix + ") must be 1 to 16 lower-case letters and digits");
    }
  }
}
