package dev.keygate.local.stack;

import dev.keygate.local.process.ProcessSpec;
import dev.keygate.local.process.Readiness;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;

/** The API server, with RBAC and the admission plugins that a cluster has. */
final class KubeApiServer {

  private final Path program;
  private final Path directory;
  private final Pki pki;
  private final Etcd etcd;
  private final int port;

  KubeApiServer(Path program, Path directory, Pki pki, Etcd etcd, Ports ports) {
    this.program = program;
    this.directory = directory;
    this.pki = pki;
    this.etcd = etcd;
    this.port = ports.near(6443);
  }

  String address() {
    return "https://127.0.0.1:" + port;
  }

  ProcessSpec spec() {
    return ProcessSpec.of(
            "kube-apiserver",
            directory,
            List.of(
                program.toString(),
                "--etcd-servers=" + etcd.address(),
                "--bind-address=127.0.0.1",
                "--advertise-address=127.0.0.1",
                "--secure-port=" + port,
                "--cert-dir=" + pki.file("."),
                "--tls-cert-file=" + pki.file("apiserver.crt"),
                "--tls-private-key-file=" + pki.file("apiserver.key"),
                "--client-ca-file=" + pki.file("ca.crt"),
                "--authorization-mode=RBAC",
                "--endpoint-reconciler-type=none",
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + pki.file("sa.pub"),
                "--service-account-signing-key-file=" + pki.file("sa.key"),
                "--service-cluster-ip-range=10.0.0.0/24"))
        // It holds nothing, and in good order it waits a minute for those who watch.
        .stoppedBy("KILL")
        .inTier(2);
  }

  Readiness readiness(HttpClient admin) {
    return Http.answersOk(admin, URI.create(address() + "/readyz"));
  }
}
