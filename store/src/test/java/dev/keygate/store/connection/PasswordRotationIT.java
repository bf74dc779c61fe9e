package dev.keygate.store.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keygate.store.TestDatabase;
import io.r2dbc.spi.ConnectionFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PasswordRotationIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final TestDatabase DATABASE = TestDatabase.empty();

  @TempDir private Path directory = Path.of(".");

  @Test
  void unpooledUsesTheNewPasswordWhenTheFileChanges() throws IOException {
    DATABASE.execute("CREATE ROLE rotating LOGIN PASSWORD 'first'");
    Path access = Path.of(DATABASE.query("SHOW hba_file").getFirst());
    Files.writeString(
        access, "host all rotating 127.0.0.1/32 scram-sha-256\n" + Files.readString(access));
    DATABASE.execute("SELECT pg_reload_conf()");
    Path file = directory.resolve("password");
    StoreSettings settings = new StoreSettings(DATABASE.as("rotating").url(), "rotating", file);
    ConnectionFactory connections = settings.unpooled("rotation");

    Files.writeString(file, "first\n");
    assertThat(user(connections)).isEqualTo("rotating");

    DATABASE.execute("ALTER ROLE rotating PASSWORD 'second'");
    assertThatThrownBy(() -> user(connections))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageNotContaining("first");

    Files.writeString(file, "second\n");
    assertThat(user(connections)).isEqualTo("rotating");

    Files.delete(file);
    assertThatThrownBy(() -> user(connections))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("password");
  }

  private static String user(ConnectionFactory connections) {
    return Session.with(
            connections,
            session -> session.query("SELECT current_user", row -> Column.text(row, 0)).single())
        .blockOptional(PATIENCE)
        .orElseThrow();
  }
}
