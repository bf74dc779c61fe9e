package dev.keygate.local.stack;

import dev.keygate.local.controlplane.ControlPlane;
import dev.keygate.local.controlplane.Program;
import dev.keygate.local.controlplane.Programs;
import dev.keygate.local.process.Child;
import dev.keygate.local.process.ProcessSpec;
import dev.keygate.local.process.Readiness;
import dev.keygate.local.process.Supervisor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Brings the processes of a stack up, side by side where they don't need one another. */
final class StackStart {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String TOKEN_VALIDITY = "8760h";

  private final StackOptions options;
  private final Path directory;
  private final Supervisor supervisor;
  private final Timeline timeline;
  private final ControlPlane controlPlane;
  private final Ports ports;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private record Cluster(Pki pki, KubeApiServer apiServer, HttpClient admin, Kubectl kubectl) {}

  StackStart(
      StackOptions options,
      Supervisor supervisor,
      Timeline timeline,
      Ports ports,
      Consumer<String> say) {
    this.options = options;
    this.directory = options.directory();
    this.supervisor = supervisor;
    this.timeline = timeline;
    this.ports = ports;
    this.controlPlane = ControlPlane.of(options.root(), say);
  }

  LocalStack.Running run() throws InterruptedException {
    // Chosen first and in this order, so that the usual ports go to the usual processes.
    Upstream upstream = new Upstream(directory, ports);
    try (Steps steps = new Steps(timeline)) {
      var postgres = steps.go("PostgreSQL", List.of(), this::startPostgres);
      var cluster = steps.go("etcd and kube-apiserver", List.of(), this::startCluster);
      steps.go(
          "kube-controller-manager", List.of(cluster), () -> startControllerManager(cluster.get()));
      steps.go("demo upstream", List.of(), () -> up(upstream.spec(), upstream.readiness(http)));
      var account =
          steps.go(
              "CRDs, policies and the operator's account",
              List.of(cluster),
              () -> install(cluster.get()));
      List<OperatorProcess> operators = new ArrayList<>();
      List<GatewayProcess> gateways = new ArrayList<>();
      if (options.operators() + options.gateways() > 0) {
        var operatorJar = steps.go("operator unpacked", List.of(), () -> unpacked("operator"));
        var gatewayJar = steps.go("gateway unpacked", List.of(), () -> unpacked("gateway"));
        var schema =
            steps.go(
                "database schema",
                List.of(postgres, operatorJar),
                () -> migrate(operatorJar.get(), postgres.get()));
        steps.go(
            "gateway",
            List.of(schema, gatewayJar),
            () -> gateways.addAll(startGateways(gatewayJar.get(), postgres.get(), upstream)));
        steps.go(
            "operator",
            List.of(schema, account),
            () ->
                operators.addAll(
                    startOperators(
                        operatorJar.get(),
                        postgres.get(),
                        account.get(),
                        cluster.get().apiServer().address())));
      }
      steps.await();
      return running(cluster.get(), postgres.get(), upstream, operators, gateways);
    }
  }

  private LocalStack.Running running(
      Cluster cluster,
      Postgres postgres,
      Upstream upstream,
      List<OperatorProcess> operators,
      List<GatewayProcess> gateways) {
    Endpoints endpoints =
        new Endpoints(
            kubeconfig(),
            cluster.apiServer().address(),
            gateways.stream().map(GatewayProcess::address).toList(),
            gateways.stream().map(GatewayProcess::managementAddress).toList(),
            operators.stream().map(OperatorProcess::managementAddress).toList(),
            upstream.address(),
            postgres.url());
    EnvironmentFile.write(
        directory.resolve("env"), endpoints.variables(), directory.resolve("bin"));
    return new LocalStack.Running(endpoints, cluster.kubectl());
  }

  private Postgres startPostgres() throws IOException, InterruptedException {
    Postgres postgres =
        new Postgres(
            PostgresPrograms.unpacked(),
            directory,
            new Passwords(directory.resolve("secrets")),
            ports);
    postgres.setUp(supervisor);
    up(postgres.spec(), postgres.readiness());
    return postgres;
  }

  private Cluster startCluster() throws IOException, InterruptedException {
    Programs programs = controlPlane.obtain(Program.CORE);
    Pki pki = Pki.create(directory.resolve("pki"));
    Etcd etcd = new Etcd(programs.path(Program.ETCD), directory, ports);
    KubeApiServer apiServer =
        new KubeApiServer(programs.path(Program.KUBE_APISERVER), directory, pki, etcd, ports);
    Kubeconfig.withCertificate(kubeconfig(), apiServer.address(), pki.authorityPem(), pki.admin());
    HttpClient admin =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(pki.adminTls())
            .build();
    Child store = supervisor.add(etcd.spec(), etcd.readiness(http));
    store.start();
    Child server = supervisor.add(apiServer.spec(), apiServer.readiness(admin));
    server.start();
    store.awaitReady(PATIENCE);
    server.awaitReady(PATIENCE);
    Path kubectl = linked(programs.path(Program.KUBECTL));
    return new Cluster(pki, apiServer, admin, new Kubectl(kubectl, kubeconfig(), supervisor));
  }

  private Path linked(Path kubectl) throws IOException {
    Path link = Files.createDirectories(directory.resolve("bin")).resolve("kubectl");
    Files.deleteIfExists(link);
    return Files.createSymbolicLink(link, kubectl);
  }

  private Child startControllerManager(Cluster cluster) throws InterruptedException {
    Path program =
        controlPlane
            .obtain(Set.of(Program.KUBE_CONTROLLER_MANAGER))
            .path(Program.KUBE_CONTROLLER_MANAGER);
    KubeControllerManager manager =
        new KubeControllerManager(program, directory, cluster.pki(), cluster.apiServer());
    return up(manager.spec(), manager.readiness(cluster.admin()));
  }

  /** Returns the kubeconfig with the operator's own token. */
  private Path install(Cluster cluster) throws IOException, InterruptedException {
    Kubectl kubectl = cluster.kubectl();
    kubectl.apply(options.root().resolve("crds"));
    kubectl.run(
        "wait",
        "--for=condition=Established",
        "--timeout=60s",
        "crd",
        "apikeys.keygate.dev",
        "organizations.keygate.dev");
    OperatorAccount.install(kubectl, directory);
    String token =
        kubectl.run(
            "create",
            "token",
            OperatorAccount.NAME,
            "--namespace=" + OperatorAccount.NAMESPACE,
            "--duration=" + TOKEN_VALIDITY);
    return Kubeconfig.withToken(
        directory.resolve("secrets/operator.kubeconfig"),
        cluster.apiServer().address(),
        cluster.pki().authorityPem(),
        token.strip());
  }

  private UnpackedJar unpacked(String module) throws IOException, InterruptedException {
    return UnpackedJar.of(options.root(), module, directory, supervisor);
  }

  private UnpackedJar migrate(UnpackedJar jar, Postgres postgres) throws InterruptedException {
    supervisor.run(OperatorProcess.migration(jar, directory, postgres), PATIENCE);
    return jar;
  }

  private List<GatewayProcess> startGateways(UnpackedJar jar, Postgres postgres, Upstream upstream)
      throws InterruptedException {
    Path routes = options.root().resolve("examples/gateway-routes.yaml");
    List<GatewayProcess> gateways =
        IntStream.rangeClosed(1, options.gateways())
            .mapToObj(
                number ->
                    new GatewayProcess(
                        number, jar, directory, routes, postgres, upstream, options.seams(), ports))
            .toList();
    List<Child> children = new ArrayList<>();
    for (GatewayProcess gateway : gateways) {
      children.add(supervisor.add(gateway.spec(), gateway.readiness(http)));
    }
    startAndAwait(children);
    return gateways;
  }

  private List<OperatorProcess> startOperators(
      UnpackedJar jar, Postgres postgres, Path kubeconfig, String apiServer)
      throws InterruptedException {
    List<OperatorProcess> operators =
        IntStream.rangeClosed(1, options.operators())
            .mapToObj(
                number ->
                    new OperatorProcess(
                        number,
                        jar,
                        directory,
                        through(kubeconfig, apiServer, number),
                        postgres,
                        options.seams(),
                        ports))
            .toList();
    List<Child> children = new ArrayList<>();
    for (OperatorProcess operator : operators) {
      children.add(supervisor.add(operator.spec(), operator.readiness(http)));
    }
    startAndAwait(children);
    return operators;
  }

  /** For an operator that a test gives another way to the API server. */
  private Path through(Path kubeconfig, String own, int number) {
    String other =
        options.seams().apiServer(OperatorProcess.name(number), own, directory.resolve("pki"));
    if (other.equals(own)) {
      return kubeconfig;
    }
    try {
      return PrivateFile.write(
          directory.resolve("secrets/%s.kubeconfig".formatted(OperatorProcess.name(number))),
          Files.readString(kubeconfig).replace(own, other));
    } catch (IOException e) {
      throw new UncheckedIOException("can't read " + kubeconfig, e);
    }
  }

  private Child up(ProcessSpec spec, Readiness readiness) throws InterruptedException {
    Child child = supervisor.add(spec, readiness);
    startAndAwait(List.of(child));
    return child;
  }

  private static void startAndAwait(List<Child> children) throws InterruptedException {
    children.forEach(Child::start);
    for (Child child : children) {
      child.awaitReady(PATIENCE);
    }
  }

  private Path kubeconfig() {
    return directory.resolve("kubeconfig");
  }
}
