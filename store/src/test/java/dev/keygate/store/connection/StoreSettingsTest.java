package dev.keygate.store.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StoreSettingsTest {

  private static final String URL = "r2dbc:postgresql://127.0.0.1:5432/keygate";

  @TempDir private Path directory = Path.of(".");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "keygate",
        "jdbc:postgresql://127.0.0.1/keygate",
        "r2dbc:postgresql://127.0.0.1:5432",
        "r2dbc:postgresql://127.0.0.1:port/keygate",
        "r2dbc:mysql://127.0.0.1:5432/keygate",
        "r2dbc:postgresql://user:secret@127.0.0.1:5432/keygate",
      })
  void constructorRefusesWhenUrlDoesNotFit(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StoreSettings(url, "role", Path.of("file")))
        .withMessageContaining("URL")
        .withMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "qxj/zkw",
        "qxj@zkw",
        "qxj:zkw",
        "qxj%zkw",
        "qxj%2Fzkw",
        "qxj?zkw",
        "qxj#zkw",
      })
  void constructorTellsNothingOfAPasswordWherever(String password) {
    assertThat(
            List.of(
                "r2dbc:postgresql://role:" + password + "@127.0.0.1:5432/keygate",
                "r2dbc:postgresql://role:" + password + "/keygate",
                "r2dbc:postgresql://127.0.0.1/keygate?password=" + password,
                "postgresql://role:" + password + "@127.0.0.1/keygate"))
        .allSatisfy(
            url ->
                assertThatIllegalArgumentException()
                    .isThrownBy(() -> new StoreSettings(url, "role", Path.of("file")))
                    .withNoCause()
                    .withMessageNotContainingAny("qxj", "zkw"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "r2dbc:postgresql://postgres/keygate",
        "r2dbc:postgresql://[::1]:5432/keygate",
        "r2dbc:postgresql://a.example:5432,b.example:5433/keygate?sslRootCert=/etc/ca.crt",
      })
  void constructorAcceptsWhenUrlFits(String url) {
    assertThat(new StoreSettings(url, "role", Path.of("file")).url()).isEqualTo(url);
  }

  @Test
  void constructorAcceptsOptionsOfTheDriver() {
    assertThat(
            new StoreSettings(URL + "?sslMode=require", "role", Path.of("file"))
                .unpooled("name")
                .getMetadata()
                .getName())
        .isEqualTo("PostgreSQL");
  }

  @Test
  void passwordIsReadEachTimeAndStripped() throws IOException {
    Path file = directory.resolve("password");
    StoreSettings settings = new StoreSettings(URL, "role", file);

    Files.writeString(file, " one\n");
    assertThat(settings.password()).isEqualTo("one");
    Files.writeString(file, "two\r\n");
    assertThat(settings.password()).isEqualTo("two");
    Files.writeString(file, "\n");
    assertThatIOException().isThrownBy(settings::password).withMessageContaining("empty");
  }

  @Test
  void passwordNamesTheFileWhenItCannotBeRead() {
    Path missing = directory.resolve("missing");

    assertThatIOException()
        .isThrownBy(new StoreSettings(URL, "role", missing)::password)
        .withMessage("the password file " + missing + " cannot be read");
  }
}
