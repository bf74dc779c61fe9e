package dev.keygate.local.stack;

import dev.keygate.local.process.Supervisor;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Spring Boot jar, unpacked in the stack's folder: it starts in two thirds of the processor time,
 * and in half of it once its class data archive is there, which the JVM writes when it first ends
 * in good order.
 */
final class UnpackedJar {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Path jar;
  private final Path archive;

  private UnpackedJar(Path jar, Path archive) {
    this.jar = jar;
    this.archive = archive;
  }

  /** Unpacks the module's executable jar below {@code directory}, unless that was done already. */
  static UnpackedJar of(Path root, String module, Path directory, Supervisor supervisor)
      throws IOException, InterruptedException {
    Path packed = JavaProgram.executableJar(root, module);
    Path folder = directory.resolve("programs").resolve(module);
    Path stamp = folder.resolve("unpacked");
    String state = packed + " " + Files.getLastModifiedTime(packed);
    if (Files.notExists(stamp) || !Files.readString(stamp).equals(state)) {
      Path unfinished = folder.resolveSibling(module + ".unfinished");
      Folder.delete(unfinished);
      Folder.delete(folder);
      supervisor.capture(
          JavaProgram.command(
              128,
              List.of("-Djarmode=tools", "-jar", packed.toString()),
              List.of("extract", "--destination", unfinished.toString())),
          PATIENCE);
      Files.writeString(unfinished.resolve("unpacked"), state);
      Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
    }
    return new UnpackedJar(folder.resolve(packed.getFileName()), folder.resolve(module + ".jsa"));
  }

  List<String> command(int heapMegabytes, List<String> arguments) {
    return JavaProgram.command(
        heapMegabytes,
        List.of(
            "-XX:+AutoCreateSharedArchive",
            "-Xlog:cds=off",
            "-Xlog:aot=off",
            "-XX:SharedArchiveFile=" + archive,
            "-jar",
            jar.toString()),
        arguments);
  }

  /** As {@link #command}, with other jars before the program's own, which need not be there. */
  List<String> command(int heapMegabytes, List<Path> before, List<String> arguments) {
    if (before.isEmpty()) {
      return command(heapMegabytes, arguments);
    }
    String classPath =
        Stream.concat(before.stream(), Stream.of(jar))
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    return JavaProgram.command(heapMegabytes, List.of("-cp", classPath, mainClass()), arguments);
  }

  private String mainClass() {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.getManifest().getMainAttributes().getValue(Attributes.Name.MAIN_CLASS);
    } catch (IOException e) {
      throw new UncheckedIOException("can't read " + jar, e);
    }
  }

  /** For a short run, which must not leave an archive of the few classes that it needs. */
  List<String> commandOnce(int heapMegabytes, List<String> arguments) {
    return JavaProgram.command(
        heapMegabytes,
        List.of(
            "-Xshare:auto",
            "-Xlog:cds=off",
            "-Xlog:aot=off",
            "-XX:SharedArchiveFile=" + archive,
            "-jar",
            jar.toString()),
        arguments);
  }
}
