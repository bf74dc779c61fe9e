package dev.keygate.local.stack;

import dev.keygate.local.process.ProcessSpec;
import dev.keygate.local.process.Readiness;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;

/** One replica of the operator, with the token of its ServiceAccount and no more. */
final class OperatorProcess {

  private final int number;
  private final UnpackedJar jar;
  private final Path directory;
  private final Path kubeconfig;
  private final Postgres postgres;
  private final Seams seams;
  private final int managementPort;

  OperatorProcess(
      int number,
      UnpackedJar jar,
      Path directory,
      Path kubeconfig,
      Postgres postgres,
      Seams seams,
      Ports ports) {
    this.number = number;
    this.jar = jar;
    this.directory = directory;
    this.kubeconfig = kubeconfig;
    this.postgres = postgres;
    this.seams = seams;
    this.managementPort = ports.near(9080 + number);
  }

  static String name(int number) {
    return "operator-" + number;
  }

  String managementAddress() {
    return "http://127.0.0.1:" + managementPort;
  }

  ProcessSpec spec() {
    String name = name(number);
    List<String> arguments =
        List.of(
            "--server.address=127.0.0.1",
            "--server.port=" + managementPort,
            "--keygate.store.url=" + postgres.r2dbcUrl(seams.postgres(name, postgres.port())),
            "--keygate.store.username=" + Postgres.OPERATOR,
            "--keygate.store.password-file=" + postgres.passwordFile(Postgres.OPERATOR),
            "--keygate.lease.duration=30s",
            "--keygate.operator.leader-election.lease-duration=5s",
            "--keygate.operator.leader-election.renew-deadline=3s",
            "--keygate.operator.leader-election.retry-period=1s",
            "--keygate.usage.status-interval=5s");
    return ProcessSpec.of(
            name,
            directory,
            jar.command(512, seams.classPath(name), seams.arguments(name, arguments)))
        .with("KUBECONFIG", kubeconfig.toString());
  }

  /** Makes or upgrades the schema, as the database's owner, and ends. */
  static ProcessSpec migration(UnpackedJar jar, Path directory, Postgres postgres) {
    return ProcessSpec.of(
        "migration",
        directory,
        jar.commandOnce(
            256,
            List.of(
                "migrate",
                "--keygate.store.url=" + postgres.r2dbcUrl(),
                "--keygate.store.username=" + Postgres.OWNER,
                "--keygate.store.password-file=" + postgres.passwordFile(Postgres.OWNER),
                "--keygate.migration.operator-role=" + Postgres.OPERATOR,
                "--keygate.migration.gateway-role=" + Postgres.GATEWAY)));
  }

  Readiness readiness(HttpClient client) {
    return Http.answersOk(client, URI.create(managementAddress() + "/actuator/health/readiness"));
  }
}
