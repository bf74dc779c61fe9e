package dev.keygate.bench.gateway;

import dev.keygate.bench.measure.ProcessCpu;
import dev.keygate.store.connection.StoreSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The gateway's own jar in a process of its own, with one keyed and one public route. */
public final class GatewayUnderTest implements AutoCloseable {

  /** As the chart starts it, but for the heap, which is fixed. */
  private static final List<String> AS_SHIPPED =
      List.of(
          "-Xms512m",
          "-Xmx512m",
          "-XX:+UseParallelGC",
          "-XX:+UseCompactObjectHeaders",
          "-XX:+ExitOnOutOfMemoryError");

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final long POLL_MILLIS = 100;

  private final Process process;
  private final int port;
  private final Path directory;

  private GatewayUnderTest(Process process, int port, Path directory) {
    this.process = process;
    this.port = port;
    this.directory = directory;
  }

  /** Returns once the gateway is ready. */
  public static GatewayUnderTest start(
      StoreSettings store, String upstream, Cores cores, List<String> jvmOptions)
      throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("keygate-bench-gateway");
    Path routes = Files.writeString(directory.resolve("routes.yaml"), routes(upstream));
    int port = freePort();
    int managementPort = freePort();
    List<String> command = new ArrayList<>(cores.gatewayPrefix());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(AS_SHIPPED);
    command.addAll(jvmOptions);
    command.addAll(
        List.of(
            "-jar",
            jar().toString(),
            "--server.address=127.0.0.1",
            "--server.port=" + port,
            "--management.server.address=127.0.0.1",
            "--management.server.port=" + managementPort,
            "--spring.config.additional-location=file:" + routes,
            "--keygate.store.url=" + store.url(),
            "--keygate.store.username=" + store.username(),
            "--keygate.store.password-file=" + store.passwordFile(),
            "--keygate.replica.name=bench"));
    Path log = directory.resolve("gateway.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    awaitReady(process, managementPort, log);
    return new GatewayUnderTest(process, port, directory);
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  public ProcessCpu cpu() {
    return new ProcessCpu(process.pid());
  }

  public Path log() {
    return directory.resolve("gateway.log");
  }

  public static List<String> options() {
    return AS_SHIPPED;
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  private static void awaitReady(Process process, int managementPort, Path log)
      throws IOException, InterruptedException {
    URI readiness = URI.create("http://127.0.0.1:" + managementPort + "/actuator/health/readiness");
    HttpRequest request = HttpRequest.newBuilder(readiness).build();
    long begin = System.nanoTime();
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (!isReady(client, request)) {
        if (!process.isAlive() || System.nanoTime() - begin > PATIENCE.toNanos()) {
          process.destroy();
          throw new IOException(
              "the gateway did not become ready; its log:\n" + Files.readString(log));
        }
        Thread.sleep(POLL_MILLIS);
      }
    }
  }

  private static boolean isReady(HttpClient client, HttpRequest request)
      throws InterruptedException {
    try {
      return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException _) {
      return false;
    }
  }

  private static String routes(String upstream) {
    return """
        spring.cloud.gateway.server.webflux.routes:
        - id: keyed
          uri: %1$s
          predicates: ["Path=/v1/organizations/{organizationId}/**"]
          metadata:
            keygate:
              organization: {path: organizationId}
              permissions: {GET: "contacts:read", POST: "contacts:write"}
        - id: plain
          uri: %1$s
          predicates: ["Path=/public/organizations/**"]
          metadata:
            keygate: {public: true}
        """
        .formatted(upstream);
  }

  private static Path jar() throws IOException {
    Path target = Path.of("gateway", "target");
    if (Files.isDirectory(target)) {
      try (Stream<Path> files = Files.list(target)) {
        List<Path> jars = files.filter(file -> file.toString().endsWith("-exec.jar")).toList();
        if (jars.size() == 1) {
          return jars.getFirst();
        }
      }
    }
    throw new IOException("expected one gateway/target/*-exec.jar: start with bench/run");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
