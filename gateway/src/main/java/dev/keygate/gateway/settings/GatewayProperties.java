package dev.keygate.gateway.settings;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the gateway does with keys, apart from its routes.
 *
 * @param environments environments whose keys are accepted; keys of others get 401
 * @param keys how keys look
 * @param feed how the view of keys is kept current
 * @param usage how usage reaches the store
 * @param endpoints the built-in endpoints
 * @param replica how this process is called
 */
@ConfigurationProperties("keygate")
public record GatewayProperties(
    @DefaultValue("live") List<String> environments,
    @DefaultValue Keys keys,
    @DefaultValue Feed feed,
    @DefaultValue Usage usage,
    @DefaultValue Endpoints endpoints,
    @DefaultValue Replica replica) {

  public GatewayProperties {
    environments = List.copyOf(environments);
    if (environments.isEmpty()
        || !environments.stream().allMatch(name -> isName(name.replace('-', 'x'), 32))) {
      throw new SettingException(
          "keygate.environments must be one or more names of lower-case letters, digits and"
              + " hyphens, and is "
              + environments);
    }
  }

  /**
   * How keys look.
   *
   * @param prefix what every key begins with
   */
  public record Keys(@DefaultValue("pc") String prefix) {
    public Keys {
      if (!isName(prefix, 16)) {
        throw new SettingException(
            "keygate.keys.prefix must be 1 to 16 lower-case letters and digits, and is \""
                + prefix
                + "\"");
      }
    }
  }

  /**
   * How the view of keys is kept current.
   *
   * @param pollInterval how often changes are read when no notification arrives, 10ms to 1m
   */
  public record Feed(@DefaultValue("1s") Duration pollInterval) {
    public Feed {
      requireBetweenTenMillisAndAMinute("keygate.feed.poll-interval", pollInterval);
    }
  }

  /**
   * How usage reaches the store.
   *
   * @param flushInterval how often counts are stored, 10ms to 1m; a killed process loses at most
   *     what it counted in one interval
   */
  public record Usage(@DefaultValue("1s") Duration flushInterval) {
    public Usage {
      requireBetweenTenMillisAndAMinute("keygate.usage.flush-interval", flushInterval);
    }
  }

  /**
   * The built-in endpoints.
   *
   * @param enabled whether {@code /v1/organizations} and {@code /v1/hierarchy} are served
   */
  public record Endpoints(@DefaultValue("false") boolean enabled) {}

  /**
   * How this process is called.
   *
   * @param name shown to people when a revocation waits for this replica; at most 253 characters;
   *     empty: the host's name
   */
  public record Replica(@DefaultValue("") String name) {
    private static final int LONGEST = 253;

    public Replica {
      if (name.length() > LONGEST) {
        throw new SettingException(
            "keygate.replica.name must have at most "
                + LONGEST
                + " characters, and has "
                + name.length());
      }
    }
  }

  private static boolean isName(String text, int longest) {
    return !text.isEmpty()
        && text.length() <= longest
        && text.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
  }

  private static void requireBetweenTenMillisAndAMinute(String property, Duration value) {
    if (value.compareTo(Duration.ofMillis(10)) < 0 || value.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new SettingException(
          property + " must be between 10ms and 1m, and is " + value.toMillis() + "ms");
    }
  }
}
