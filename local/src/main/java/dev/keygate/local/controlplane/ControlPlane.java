package dev.keygate.local.controlplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds or obtains the programs of the control plane, in this order: {@code KUBEBUILDER_ASSETS},
 * the machine's cache, release binaries from {@code KEYGATE_RELEASE_MIRROR}, a build from Go
 * modules. What is obtained goes into the cache under a lock between processes, so that two builds
 * at once or an interrupted one do no harm. May block for minutes; each line of progress goes to a
 * consumer.
 */
public final class ControlPlane {

  static final String ASSETS = "KUBEBUILDER_ASSETS";
  static final String MIRROR = "KEYGATE_RELEASE_MIRROR";
  private static final String UNFINISHED = ".unfinished-";

  private final Path module;
  private final Versions versions;
  private final Platform platform;
  private final Map<String, String> environment;
  private final ToLongFunction<Path> usableSpace;
  private final Consumer<String> progress;
  private final Path cache;

  ControlPlane(
      Path module,
      Map<String, String> environment,
      ToLongFunction<Path> usableSpace,
      Consumer<String> progress) {
    this.module = module;
    this.environment = Map.copyOf(environment);
    this.usableSpace = usableSpace;
    this.progress = line -> progress.accept("control plane: " + line);
    this.platform = Platform.current();
    try {
      this.versions = Versions.read(module.resolve("go.mod"));
    } catch (IOException e) {
      throw new UncheckedIOException("can't read the versions of the control plane", e);
    }
    this.cache =
        MachineCache.of(environment).resolve("control-plane").resolve(versions.folder(platform));
  }

  /** The control plane that the checkout at {@code root} pins. */
  public static ControlPlane of(Path root, Consumer<String> progress) {
    return new ControlPlane(
        root.resolve("local/control-plane"), System.getenv(), DiskSpace::usable, progress);
  }

  /**
   * Where each of {@code programs} is, after obtaining those that this machine does not have yet.
   *
   * @throws ControlPlaneUnavailableException when no way leads to one of them
   */
  public Programs obtain(Set<Program> programs) {
    Map<Program, Path> found = new EnumMap<>(Program.class);
    String assets = environment.getOrDefault(ASSETS, "");
    if (!assets.isEmpty()) {
      take(Path.of(assets), ASSETS, programs, found);
    }
    take(cache, "the cache", programs, found);
    if (!found.keySet().containsAll(programs)) {
      // A file lock is the JVM's, not a thread's: threads queue here first.
      synchronized (ControlPlane.class) {
        obtainUnderLock(programs, found);
      }
    }
    return new Programs(found);
  }

  private void take(Path folder, String label, Set<Program> programs, Map<Program, Path> found) {
    Set<Program> here = EnumSet.noneOf(Program.class);
    for (Program program : programs) {
      Path file = folder.resolve(program.fileName());
      if (!found.containsKey(program) && Files.isExecutable(file)) {
        found.put(program, file);
        here.add(program);
      }
    }
    if (!here.isEmpty()) {
      progress.accept(names(here) + " from " + label + " (" + folder + ")");
    }
  }

  private void obtainUnderLock(Set<Program> programs, Map<Program, Path> found) {
    try {
      Files.createDirectories(cache);
      try (FileChannel channel =
              FileChannel.open(
                  cache.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock _ = lock(channel)) {
        take(cache, "the cache", programs, found);
        removeUnfinished();
        obtainMissing(programs, found);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("control plane: can't write below " + cache, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ControlPlaneUnavailableException("control plane: interrupted while obtaining it");
    }
  }

  private FileLock lock(FileChannel channel) throws IOException {
    FileLock lock = channel.tryLock();
    if (lock == null) {
      progress.accept("waiting for another process that is obtaining it");
      lock = channel.lock();
    }
    return lock;
  }

  private void obtainMissing(Set<Program> programs, Map<Program, Path> found)
      throws IOException, InterruptedException {
    Path folder = cache.resolve(UNFINISHED + ProcessHandle.current().pid());
    List<String> reasons = new ArrayList<>();
    try {
      String mirror = environment.getOrDefault(MIRROR, "");
      if (mirror.isEmpty()) {
        reasons.add(MIRROR + " is not set");
      } else {
        tryWay(
            "release binaries from " + mirror,
            missing ->
                new ReleaseDownload(mirror, versions, platform, progress).fetch(missing, folder),
            programs,
            found,
            folder,
            reasons);
      }
      tryWay(
          "a build from Go modules",
          missing ->
              new GoBuild(module, versions, environment, usableSpace, progress)
                  .build(missing, folder),
          programs,
          found,
          folder,
          reasons);
    } finally {
      delete(folder);
    }
    Set<Program> missing = missing(programs, found);
    if (!missing.isEmpty()) {
      throw new ControlPlaneUnavailableException(
          """
          control plane: there is no way to %s: %s.
          One of these helps: set %s to a folder that has them; copy them into the cache (%s); set %s to the address of a mirror of the official releases; install Go 1.26 or newer with access to Go modules."""
              .formatted(names(missing), String.join("; ", reasons), ASSETS, cache, MIRROR));
    }
  }

  private void tryWay(
      String label,
      Way way,
      Set<Program> programs,
      Map<Program, Path> found,
      Path folder,
      List<String> reasons)
      throws IOException, InterruptedException {
    Set<Program> missing = missing(programs, found);
    if (missing.isEmpty()) {
      return;
    }
    delete(folder);
    Files.createDirectories(folder);
    progress.accept(names(missing) + ": trying " + label);
    switch (way.go(missing)) {
      case Attempt.Obtained(Set<Program> obtained) -> {
        for (Program program : obtained) {
          Path file = cache.resolve(program.fileName());
          Files.move(folder.resolve(program.fileName()), file, StandardCopyOption.ATOMIC_MOVE);
          found.put(program, file);
        }
        progress.accept(names(obtained) + " now in the cache (" + cache + ")");
      }
      case Attempt.Unavailable(String reason) -> {
        reasons.add(label + " failed, because " + reason);
        progress.accept(label + " failed, because " + reason);
      }
    }
  }

  private static Set<Program> missing(Set<Program> programs, Map<Program, Path> found) {
    Set<Program> missing = EnumSet.copyOf(programs);
    missing.removeAll(found.keySet());
    return missing;
  }

  /** Called under the lock: whoever left such a folder is gone. */
  private void removeUnfinished() throws IOException {
    try (Stream<Path> files = Files.list(cache)) {
      for (Path file : files.toList()) {
        if (file.getFileName().toString().startsWith(UNFINISHED)) {
          delete(file);
        }
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static String names(Set<Program> programs) {
    return EnumSet.copyOf(programs).stream()
        .map(Program::fileName)
        .collect(Collectors.joining(", "));
  }

  private interface Way {
    Attempt go(Set<Program> missing) throws IOException, InterruptedException;
  }
}
