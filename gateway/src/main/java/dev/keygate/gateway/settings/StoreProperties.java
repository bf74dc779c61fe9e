package dev.keygate.gateway.settings;

import dev.keygate.store.connection.StoreSettings;
import dev.keygate.store.connection.StoreUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where the store is. All three must be set.
 *
 * @param url {@code r2dbc:postgresql://host:port/database}, without credentials
 * @param username the gateway's database role
 * @param passwordFile file that holds the role's password; read at each new connection
 */
@ConfigurationProperties("keygate.store")
public record StoreProperties(
    @Nullable String url, @Nullable String username, @Nullable Path passwordFile) {

  /** Throws {@link SettingException} when one is missing or cannot be right. */
  public StoreSettings settings() {
    String checkedUrl = required("keygate.store.url", url);
    StoreUrl.problem(checkedUrl)
        .ifPresent(
            problem -> {
              throw new SettingException(
                  "keygate.store.url must be " + StoreUrl.FORM + ", but it " + problem);
            });
    Path file = required("keygate.store.password-file", passwordFile);
    if (!Files.isReadable(file)) {
      throw new SettingException(
          "keygate.store.password-file is " + file + ", which is not a readable file");
    }
    return new StoreSettings(checkedUrl, required("keygate.store.username", username), file);
  }

  private static <T> T required(String property, @Nullable T value) {
    if (value == null || value.toString().isBlank()) {
      throw new SettingException(property + " is not set, and the gateway cannot run without it");
    }
    return value;
  }
}
