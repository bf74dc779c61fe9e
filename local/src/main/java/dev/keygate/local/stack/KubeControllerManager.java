package dev.keygate.local.stack;

import dev.keygate.local.process.ProcessSpec;
import dev.keygate.local.process.Readiness;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;

/** The controllers that a person notices: garbage collection, namespaces, accounts, Deployments. */
final class KubeControllerManager {

  private static final String CONTROLLERS =
      String.join(
          ",",
          "garbage-collector-controller",
          "namespace-controller",
          "serviceaccount-controller",
          "serviceaccount-token-controller",
          "root-ca-certificate-publisher-controller",
          "clusterrole-aggregation-controller",
          "deployment-controller",
          "replicaset-controller",
          "validatingadmissionpolicy-status-controller");

  private final Path program;
  private final Path directory;
  private final Pki pki;
  private final KubeApiServer apiServer;

  KubeControllerManager(Path program, Path directory, Pki pki, KubeApiServer apiServer) {
    this.program = program;
    this.directory = directory;
    this.pki = pki;
    this.apiServer = apiServer;
  }

  ProcessSpec spec() {
    Path kubeconfig =
        Kubeconfig.withCertificate(
            directory.resolve("pki/kube-controller-manager.kubeconfig"),
            apiServer.address(),
            pki.authorityPem(),
            pki.client("CN=system:kube-controller-manager"));
    return ProcessSpec.of(
            "kube-controller-manager",
            directory,
            List.of(
                program.toString(),
                "--kubeconfig=" + kubeconfig,
                "--leader-elect=false",
                "--use-service-account-credentials",
                "--service-account-private-key-file=" + pki.file("sa.key"),
                "--root-ca-file=" + pki.file("ca.crt"),
                "--secure-port=0",
                "--controllers=" + CONTROLLERS))
        .inTier(1);
  }

  /** It has no port of its own: it works once the default namespace has its account. */
  Readiness readiness(HttpClient admin) {
    return Http.answersOk(
        admin,
        URI.create(apiServer.address() + "/api/v1/namespaces/default/serviceaccounts/default"));
  }
}
