package dev.keygate.store.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class StoreCheckTest {

  @Test
  void refusalNamesTheReasonWhenServerDoesNotFit() {
    assertThat(StoreCheck.refusal(150_000, "15.0", false, true)).isEmpty();
    assertThat(StoreCheck.refusal(149_999, "14.9", false, true)).contains("14.9", "15 or later");
    assertThat(StoreCheck.refusal(180_000, "18.0", true, true)).contains("standby");
    assertThat(StoreCheck.refusal(180_000, "18.0", false, false)).contains("no Keygate schema");
  }

  @Test
  void schemaVersionIsThatOfTheNewestMigration() throws IOException {
    Path migrations = Path.of("src/main/resources/db/migration/keygate");
    try (var files = Files.list(migrations)) {
      int newest =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.startsWith("V"))
              .mapToInt(name -> Integer.parseInt(name.substring(1, name.indexOf("__"))))
              .max()
              .orElseThrow();

      assertThat(StoreCheck.SCHEMA_VERSION).isEqualTo(newest);
    }
  }
}
