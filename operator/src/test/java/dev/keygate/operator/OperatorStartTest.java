package dev.keygate.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What a start that fails says, and what it must not say. */
@ExtendWith(OutputCaptureExtension.class)
class OperatorStartTest {

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"qxj/zkw", "qxj@zkw", "qxj:zkw", "qxj%zkw", "qxj%2Fzkw"})
  void saysNothingOfAPasswordInTheUrlOfTheStore(String password, CapturedOutput output)
      throws Exception {
    String[] arguments = {
      "--server.port=0",
      "--keygate.store.url=r2dbc:postgresql://role:" + password + "@127.0.0.1:9/none",
      "--keygate.store.username=any",
      "--keygate.store.password-file=" + Files.writeString(directory.resolve("password"), "any")
    };
    String[] migrate = new String[arguments.length + 1];
    migrate[0] = MigrateCommand.NAME;
    System.arraycopy(arguments, 0, migrate, 1, arguments.length);

    assertThatThrownBy(() -> new SpringApplicationBuilder(OperatorApplication.class).run(arguments))
        .hasStackTraceContaining("keygate.store.url must be")
        .satisfies(failure -> assertThat(MigrateCommand.run(migrate)).isEqualTo(1));

    assertThat(output.getAll()).contains("keygate.store.url must be").doesNotContain("qxj", "zkw");
  }
}
