package dev.keygate.store.connection;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StandbyIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private Path directory = Path.of(".");

  @Test
  void verifyRefusesWhenServerIsAStandby() throws IOException {
    Path data = directory.resolve("data");
    Path password = Files.writeString(directory.resolve("password"), "any");
    start(data).close();
    Files.createFile(data.resolve("standby.signal"));

    try (EmbeddedPostgres standby = start(data)) {
      StoreSettings settings =
          new StoreSettings(
              "r2dbc:postgresql://127.0.0.1:%d/postgres".formatted(standby.getPort()),
              "postgres",
              password);

      assertThatThrownBy(() -> StoreCheck.verify(settings.unpooled("check")).block(PATIENCE))
          .isInstanceOf(UnfitStoreException.class)
          .hasMessageContaining("standby");
    }
  }

  private static EmbeddedPostgres start(Path data) throws IOException {
    return EmbeddedPostgres.builder().setDataDirectory(data).setCleanDataDirectory(false).start();
  }
}
