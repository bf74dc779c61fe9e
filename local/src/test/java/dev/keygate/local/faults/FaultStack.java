package dev.keygate.local.faults;

import dev.keygate.local.process.Child;
import dev.keygate.local.stack.LocalStack;
import dev.keygate.local.stack.Seams;
import dev.keygate.local.stack.StackOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** The stack of the fault suite: three gateways, one operator, and something between them all. */
final class FaultStack implements AutoCloseable {

  static final int GATEWAYS = 3;

  /** The one that can be started with changed classes. */
  static final int MUTANT_GATEWAY = 3;

  static final String OPERATOR = "operator-1";
  static final String POSTGRES = "postgres";

  /** Longer than what leases make anybody wait for. */
  static final Duration PATIENCE =
      Duration.ofSeconds(90).plus(Plan.current().lease().multipliedBy(2));

  /** From the last fault until everything works again. */
  static final Duration RECOVERY = Duration.ofSeconds(30);

  private static final Duration POLL = Duration.ofMillis(30);
  private static final Duration SWEEP = Duration.ofSeconds(2);
  private static final Duration SWEPT = Duration.ofSeconds(15);

  private final Map<String, PostgresProxy> databases = new ConcurrentHashMap<>();
  private final LocalStack stack;
  private final ApiProxy apiServer;
  private final FailpointServer failpoints;
  private final Tenants tenants;

  private FaultStack(
      LocalStack stack,
      Map<String, PostgresProxy> databases,
      ApiProxy apiServer,
      FailpointServer failpoints) {
    this.stack = stack;
    this.apiServer = apiServer;
    this.failpoints = failpoints;
    this.databases.putAll(databases);
    this.tenants = new Tenants(stack);
  }

  static FaultStack start(Plan plan) throws InterruptedException {
    Path root = root();
    Path directory = root.resolve("local/target/faults");
    delete(directory);
    Map<String, PostgresProxy> databases = new ConcurrentHashMap<>();
    FailpointServer failpoints = new FailpointServer();
    AtomicReference<@Nullable ApiProxy> apiServer = new AtomicReference<>();
    Path listener = directory.resolve("listener.jar");
    try {
      failpoints.writeListener(listener);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Seams seams =
        new Seams() {
          @Override
          public int postgres(String process, int port) {
            return databases.computeIfAbsent(process, _ -> new PostgresProxy(port)).port();
          }

          @Override
          public List<String> arguments(String process, List<String> own) {
            return process.startsWith("operator") ? replaced(own, operatorArguments(plan)) : own;
          }

          @Override
          public String apiServer(String process, String address, Path pki) {
            ApiProxy proxy = new ApiProxy(address, pki);
            apiServer.set(proxy);
            return proxy.address();
          }

          @Override
          public List<Path> classPath(String process) {
            return process.startsWith("operator")
                ? List.of(mutants(directory, process), listener)
                : process.equals(gateway(MUTANT_GATEWAY))
                    ? List.of(mutants(directory, process))
                    : List.of();
          }
        };
    LocalStack stack =
        LocalStack.create(
            new StackOptions(root, directory, GATEWAYS, 1, seams), System.err::println);
    try {
      stack.start();
    } catch (InterruptedException | RuntimeException e) {
      stack.close();
      throw e;
    }
    System.err.print(stack.timeline());
    return new FaultStack(stack, databases, Objects.requireNonNull(apiServer.get()), failpoints);
  }

  /** A property that is given anew is not given twice. */
  private static List<String> replaced(List<String> own, List<String> instead) {
    return Stream.concat(
            own.stream()
                .filter(
                    argument ->
                        instead.stream()
                            .noneMatch(other -> property(other).equals(property(argument)))),
            instead.stream())
        .toList();
  }

  private static String property(String argument) {
    return argument.split("=", 2)[0];
  }

  static List<String> operatorArguments(Plan plan) {
    return List.of(
        "--keygate.lease.duration=" + plan.lease().toSeconds() + "s",
        "--keygate.sweep.interval=" + SWEEP.toSeconds() + "s",
        // As many as may stand still at once.
        "--keygate.issue.concurrency=200");
  }

  /** Between the operator and the API server. */
  ApiProxy apiServer() {
    return apiServer;
  }

  FailpointServer failpoints() {
    return failpoints;
  }

  Tenants tenants() {
    return tenants;
  }

  LocalStack stack() {
    return stack;
  }

  Child process(String name) {
    return stack.process(name);
  }

  /** Starts PostgreSQL again, on whatever is in its directory by now. */
  void startPostgres() throws InterruptedException {
    process(POSTGRES).start();
    process(POSTGRES).awaitReady(PATIENCE);
  }

  /** Between that process and PostgreSQL. */
  PostgresProxy database(String process) {
    PostgresProxy proxy = databases.get(process);
    if (proxy == null) {
      throw new IllegalArgumentException(process + " has no database");
    }
    return proxy;
  }

  /** Between every process and PostgreSQL. */
  List<PostgresProxy> databases() {
    return List.copyOf(databases.values());
  }

  static String gateway(int number) {
    return "gateway-" + number;
  }

  String address(int gateway) {
    return stack.endpoints().gateways().get(gateway - 1);
  }

  /** Where that process, the operator or the last gateway, finds changed classes, if there are. */
  Path mutants(String process) {
    return mutants(stack.directory(), process);
  }

  private static Path mutants(Path directory, String process) {
    return directory.resolve("mutants").resolve(process + ".jar");
  }

  /** Watches until closed; usable keys without an ApiKey count after a few sweeps. */
  CheckerProcess check(String name) {
    return check(name, SWEPT, PATIENCE);
  }

  /**
   * Watches until closed. The operator must be running.
   *
   * @param sweep after which no usable key may be without its ApiKey
   * @param convergence after which all must be done and silent
   */
  CheckerProcess check(String name, Duration sweep, Duration convergence) {
    tenants.issueForChecker(name);
    return CheckerProcess.watch(stack, name, sweep, convergence);
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("quickstart"))) {
      folder = Objects.requireNonNull(folder.getParent());
    }
    return folder;
  }

  private static void delete(Path directory) {
    if (Files.notExists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    tenants.close();
    stack.close();
    failpoints.close();
    apiServer.close();
    databases.values().forEach(PostgresProxy::close);
  }

  /** One for all tests of this JVM. */
  static final class Extension implements ParameterResolver {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == FaultStack.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return stack(context);
    }

    static FaultStack stack(ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.create(FaultStack.class))
          .computeIfAbsent("stack", _ -> started(), FaultStack.class);
    }

    private static FaultStack started() {
      // Of a term that has crashed every thread may fail as it likes.
      Awaitility.doNotCatchUncaughtExceptionsByDefault();
      // There are hundreds of waits, one after the other.
      Awaitility.setDefaultPollInterval(POLL);
      try {
        return start(Plan.current());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while the stack started", e);
      }
    }
  }
}
