package dev.keygate.operator.storage;

import dev.keygate.store.connection.StoreSettings;
import dev.keygate.store.connection.StoreUrl;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The PostgreSQL that holds keys and organizations.
 *
 * @param url {@code r2dbc:postgresql://host:port/database}, without credentials
 * @param username the operator's role; with {@code migrate}, the role that owns the schema
 * @param passwordFile file with the role's password, read at each new connection
 */
@ConfigurationProperties("keygate.store")
public record StoreProperties(
    @Nullable String url, @Nullable String username, @Nullable Path passwordFile) {

  public StoreProperties {
    StoreUrl.problem(url == null ? "" : url)
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException(
                  "keygate.store.url must be " + StoreUrl.FORM + ", but it " + problem);
            });
    if (username == null || username.isBlank()) {
      throw new IllegalArgumentException(
          "keygate.store.username must be set to the database role to connect as");
    }
    if (passwordFile == null) {
      throw new IllegalArgumentException(
          "keygate.store.password-file must be set to the file that holds the role's password");
    }
  }

  public StoreSettings settings() {
    if (url == null || username == null || passwordFile == null) {
      throw new IllegalStateException("checked at construction");
    }
    return new StoreSettings(url, username, passwordFile);
  }
}
