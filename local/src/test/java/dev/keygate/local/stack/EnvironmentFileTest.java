package dev.keygate.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentFileTest {

  @TempDir Path temp;

  @Test
  void writeMakesAFileThatAShellReadsBack() throws Exception {
    Path file =
        EnvironmentFile.write(
            temp.resolve("env"), Map.of("URL", "it's $HOME \"here\""), temp.resolve("bin"));

    Process shell =
        new ProcessBuilder(
                "/bin/sh", "-c", ". " + file + "; printf '%s %s' \"$URL\" \"${PATH%%:*}\"")
            .start();

    assertThat(shell.inputReader().readLine())
        .isEqualTo("it's $HOME \"here\" " + temp.resolve("bin"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }
}
