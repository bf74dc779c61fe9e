package dev.keygate.local.stack;

import java.nio.file.Path;
import java.util.Map;

/** {@code DIR/env}: a shell file with all that a person or a script needs to use the stack. */
final class EnvironmentFile {

  private EnvironmentFile() {}

  static Path write(Path file, Map<String, String> variables, Path programs) {
    StringBuilder text = new StringBuilder();
    variables.forEach(
        (name, value) -> text.append("export %s=%s%n".formatted(name, quoted(value))));
    text.append("export PATH=%s:\"$PATH\"%n".formatted(quoted(programs.toString())));
    return PrivateFile.write(file, text.toString());
  }

  private static String quoted(String value) {
    return "'" + value.replace("'", "'\\''") + "'";
  }
}
