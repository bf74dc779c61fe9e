package dev.keygate.local.controlplane;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Builds the programs from the Go modules that {@code local/control-plane/go.sum} pins. Takes
 * minutes and gigabytes the first time, says so before it starts and as it goes.
 */
final class GoBuild {

  private static final int OLDEST_MINOR = 26;
  private static final long MODULES = 1100 * DiskSpace.MEGABYTE;
  private static final long BUILD_CACHE = 3000 * DiskSpace.MEGABYTE;
  private static final long PROGRAMS = 400 * DiskSpace.MEGABYTE;
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
  private static final Pattern VERSION = Pattern.compile("go1\\.(\\d+)");
  private static final int LINES_KEPT = 15;

  private final Optional<Path> go;
  private final Path module;
  private final Versions versions;
  private final Map<String, String> environment;
  private final ToLongFunction<Path> usableSpace;
  private final Consumer<String> progress;

  GoBuild(
      Path module,
      Versions versions,
      Map<String, String> environment,
      ToLongFunction<Path> usableSpace,
      Consumer<String> progress) {
    this.go = find(environment.getOrDefault("PATH", ""));
    this.module = module;
    this.versions = versions;
    this.environment = Map.copyOf(environment);
    this.usableSpace = usableSpace;
    this.progress = progress;
  }

  /** Builds {@code programs} into {@code folder}; throws when the disk is too full to try. */
  Attempt build(Set<Program> programs, Path folder) throws IOException, InterruptedException {
    if (go.isEmpty()) {
      return new Attempt.Unavailable("there is no go on the PATH");
    }
    String version = output("version");
    Matcher found = VERSION.matcher(version);
    if (!found.find() || Integer.parseInt(found.group(1)) < OLDEST_MINOR) {
      return new Attempt.Unavailable(
          "Go 1." + OLDEST_MINOR + " or newer is needed and this is " + version);
    }
    checkSpace(folder);
    List<String> packages = EnumSet.copyOf(programs).stream().map(Program::goPackage).toList();
    List<String> list = new ArrayList<>(List.of("list", "-deps"));
    list.addAll(packages);
    List<String> build =
        new ArrayList<>(
            List.of(
                "build",
                "-v",
                "-trimpath",
                "-gcflags=all=-dwarf=false",
                "-ldflags=" + linkerFlags(),
                "-o",
                folder + "/"));
    build.addAll(packages);

    // Go prints dependencies to the output and downloads to the error stream: both are lines here.
    Watched listed =
        run(
            list,
            new Progress("modules downloaded", line -> line.startsWith("go: downloading"), ""));
    if (listed.code() != 0) {
      return new Attempt.Unavailable("`go list` failed: " + listed.end());
    }
    Watched built =
        run(
            build,
            new Progress(
                "packages compiled",
                line -> !line.startsWith("go: "),
                " of at most " + listed.lines()));
    if (built.code() != 0) {
      return new Attempt.Unavailable("`go build` failed: " + built.end());
    }
    for (Program program : programs) {
      Files.move(folder.resolve(program.goOutputName()), folder.resolve(program.fileName()));
    }
    return new Attempt.Obtained(programs);
  }

  private void checkSpace(Path folder) throws IOException, InterruptedException {
    Path modules = Path.of(output("env", "GOMODCACHE"));
    Path cache = Path.of(output("env", "GOCACHE"));
    boolean downloaded =
        Files.isDirectory(modules.resolve("k8s.io/kubernetes@v" + versions.kubernetes()));
    long forCache = Math.max(0, BUILD_CACHE - DiskSpace.held(cache));
    long forModules = downloaded ? 0 : MODULES;
    progress.accept(
        "building from Go modules: uses up to %s for modules (%s), %s more for Go's build cache (%s) and %s for the programs (%s)"
            .formatted(
                DiskSpace.readable(forModules),
                modules,
                DiskSpace.readable(forCache),
                cache,
                DiskSpace.readable(PROGRAMS),
                folder.getParent()));
    String purpose = "control plane: the Go build";
    // The three are mostly one file system; three checks alone would miss their sum.
    DiskSpace.require(cache, forCache + forModules + PROGRAMS, usableSpace, purpose);
    DiskSpace.require(modules, forModules, usableSpace, purpose);
    DiskSpace.require(folder, PROGRAMS, usableSpace, purpose);
  }

  private String linkerFlags() {
    String set = " -X k8s.io/component-base/version.";
    return "-s -w"
        + set
        + "gitVersion=v"
        + versions.kubernetes()
        + set
        + "gitMajor=1"
        + set
        + "gitMinor="
        + versions.kubernetesMinor();
  }

  private String output(String... arguments) throws IOException, InterruptedException {
    Process process = go(List.of(arguments)).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return text.strip();
  }

  private Watched run(List<String> command, Progress report)
      throws IOException, InterruptedException {
    Process process = go(command).redirectErrorStream(true).start();
    Thread stop = new Thread(() -> destroy(process));
    Runtime.getRuntime().addShutdownHook(stop);
    Deque<String> end = new ArrayDeque<>();
    int lines = 0;
    try (BufferedReader reader = process.inputReader()) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines++;
        report.saw(line);
        end.addLast(line);
        if (end.size() > LINES_KEPT) {
          end.removeFirst();
        }
      }
      return new Watched(process.waitFor(), lines, String.join("\n", end));
    } finally {
      destroy(process);
      removeHook(stop);
    }
  }

  private static Optional<Path> find(String path) {
    return Stream.of(path.split(":"))
        .map(folder -> Path.of(folder, "go"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private ProcessBuilder go(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(go.orElseThrow().toString()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(module.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put("CGO_ENABLED", "0");
    builder.environment().put("GOGC", "400");
    builder.environment().put("GOWORK", "off");
    builder.environment().put("GOFLAGS", "-mod=readonly");
    return builder;
  }

  private static void destroy(Process process) {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is going down, and the hook has run or will.
    }
  }

  private record Watched(int code, int lines, String end) {}

  /** Counts lines that mean progress and says the count now and then. */
  private final class Progress {
    private final String what;
    private final Predicate<String> counts;
    private final String of;
    private final long begin = System.nanoTime();
    private long said = begin;
    private int count;

    Progress(String what, Predicate<String> counts, String of) {
      this.what = what;
      this.counts = counts;
      this.of = of;
    }

    void saw(String line) {
      if (!counts.test(line)) {
        return;
      }
      count++;
      long now = System.nanoTime();
      if (now - said >= BETWEEN_LINES.toNanos()) {
        said = now;
        progress.accept(
            "%d %s%s, %d s".formatted(count, what, of, Duration.ofNanos(now - begin).toSeconds()));
      }
    }
  }
}
