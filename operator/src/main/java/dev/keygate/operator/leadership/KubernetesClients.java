package dev.keygate.operator.leadership;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;

/** Clients for the API server that fabric8's usual rules find: KUBECONFIG, or the pod's account. */
final class KubernetesClients {

  /** Also the field manager of what is created without naming one. */
  private static final String USER_AGENT = "keygate-operator";

  private KubernetesClients() {}

  /** Impatient: what it does not learn within the renew deadline is as good as never. */
  static KubernetesClient forElection() {
    return client(config().withRequestTimeout(3_000).withConnectionTimeout(2_000).build());
  }

  static KubernetesClient forReconciling() {
    return client(config().withWatchReconnectInterval(100).withRequestTimeout(10_000).build());
  }

  private static ConfigBuilder config() {
    return new ConfigBuilder(Config.autoConfigure(null))
        .withUserAgent(USER_AGENT)
        .withRequestRetryBackoffLimit(0);
  }

  private static KubernetesClient client(Config config) {
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withHttpClientFactory(new JdkHttpClientFactory())
        .build();
  }
}
