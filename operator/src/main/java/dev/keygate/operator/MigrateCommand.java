package dev.keygate.operator;

import dev.keygate.operator.storage.StoreProperties;
import dev.keygate.store.connection.StoreUnavailableException;
import dev.keygate.store.migrate.Migration;
import java.time.Duration;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

/** {@code migrate}: brings the store's schema to this build's version, and ends. */
final class MigrateCommand {

  static final String NAME = "migrate";

  private static final Logger LOGGER = LoggerFactory.getLogger(MigrateCommand.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private MigrateCommand() {}

  /** Runs to the end; the process's exit code. */
  static int run(String[] args) throws InterruptedException {
    try (var context =
        new SpringApplicationBuilder(Settings.class)
            .web(WebApplicationType.NONE)
            .run(Arrays.copyOfRange(args, 1, args.length))) {
      StoreProperties store = context.getBean(StoreProperties.class);
      MigrationProperties roles = context.getBean(MigrationProperties.class);
      migrateOnceReachable(store, roles);
      LOGGER.atInfo().log("the store's schema is up to date");
      return 0;
    } catch (InterruptedException e) {
      throw e;
    } catch (RuntimeException e) {
      LOGGER.atError().addKeyValue("error", e.getMessage()).log("migration failed");
      return 1;
    }
  }

  private static void migrateOnceReachable(StoreProperties store, MigrationProperties roles)
      throws InterruptedException {
    boolean said = false;
    while (true) {
      try {
        Migration.run(store.settings(), roles.operatorRole(), roles.gatewayRole());
        return;
      } catch (StoreUnavailableException e) {
        if (!said) {
          LOGGER
              .atWarn()
              .addKeyValue("error", e.getMessage())
              .log("store is unavailable, will retry");
          said = true;
        }
        Thread.sleep(PAUSE);
      }
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties({StoreProperties.class, MigrationProperties.class})
  static class Settings {}
}
