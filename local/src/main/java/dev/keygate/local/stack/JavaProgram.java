package dev.keygate.local.stack;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Commands that run the project's own programs on the JVM of the launcher. */
final class JavaProgram {

  /** Short-lived processes on a small machine: a fast start counts more than peak speed. */
  private static final List<String> OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:+ExitOnOutOfMemoryError",
          "--enable-native-access=ALL-UNNAMED");

  private JavaProgram() {}

  /** Runs a main class of this module. */
  static List<String> ofClass(String mainClass, int heapMegabytes, List<String> arguments) {
    return command(
        heapMegabytes,
        List.of("-Dslf4j.internal.verbosity=ERROR", "-cp", ownClassPath(), mainClass),
        arguments);
  }

  /** The executable jar that the build left in the module's {@code target}. */
  static Path executableJar(Path root, String module) throws IOException {
    Path target = root.resolve(module).resolve("target");
    if (Files.isDirectory(target)) {
      try (Stream<Path> files = Files.list(target)) {
        List<Path> jars =
            files.filter(file -> file.getFileName().toString().endsWith("-exec.jar")).toList();
        if (jars.size() == 1) {
          return jars.getFirst();
        }
      }
    }
    throw new IOException(
        "there should be one %s/target/*-exec.jar: run ./mvnw package -DskipTests"
            .formatted(module));
  }

  /** Absolute, since the program runs in another folder than the launcher. */
  private static String ownClassPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  static List<String> command(int heapMegabytes, List<String> program, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(OPTIONS);
    command.add("-Xmx" + heapMegabytes + "m");
    command.addAll(program);
    command.addAll(arguments);
    return command;
  }
}
