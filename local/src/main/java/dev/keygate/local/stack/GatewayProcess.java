package dev.keygate.local.stack;

import dev.keygate.local.process.ProcessSpec;
import dev.keygate.local.process.Readiness;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;

/** One replica of the gateway, with the demo routes of {@code examples/}. */
final class GatewayProcess {

  private final int number;
  private final UnpackedJar jar;
  private final Path directory;
  private final Path routes;
  private final Postgres postgres;
  private final Upstream upstream;
  private final Seams seams;
  private final int port;
  private final int managementPort;

  GatewayProcess(
      int number,
      UnpackedJar jar,
      Path directory,
      Path routes,
      Postgres postgres,
      Upstream upstream,
      Seams seams,
      Ports ports) {
    this.number = number;
    this.jar = jar;
    this.directory = directory;
    this.routes = routes;
    this.postgres = postgres;
    this.upstream = upstream;
    this.seams = seams;
    this.port = ports.near(8080 + 2 * (number - 1));
    this.managementPort = ports.near(8081 + 2 * (number - 1));
  }

  String address() {
    return "http://127.0.0.1:" + port;
  }

  String managementAddress() {
    return "http://127.0.0.1:" + managementPort;
  }

  ProcessSpec spec() {
    String name = "gateway-" + number;
    List<String> arguments =
        List.of(
            "--server.address=127.0.0.1",
            "--server.port=" + port,
            "--management.server.address=127.0.0.1",
            "--management.server.port=" + managementPort,
            "--spring.config.additional-location=file:" + routes,
            "--keygate.store.url=" + postgres.r2dbcUrl(seams.postgres(name, postgres.port())),
            "--keygate.store.username=" + Postgres.GATEWAY,
            "--keygate.store.password-file=" + postgres.passwordFile(Postgres.GATEWAY),
            "--keygate.replica.name=" + name,
            "--keygate.endpoints.enabled=true");
    return ProcessSpec.of(
            name,
            directory,
            jar.command(512, seams.classPath(name), seams.arguments(name, arguments)))
        .with("KEYGATE_UPSTREAM_URL", upstream.address());
  }

  Readiness readiness(HttpClient client) {
    return Http.answersOk(client, URI.create(managementAddress() + "/actuator/health/readiness"));
  }
}
