package dev.keygate.bench.stack;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keygate.bench.load.BackgroundLoad.Target;
import dev.keygate.bench.measure.Options;
import dev.keygate.bench.measure.ProcessCpu;
import dev.keygate.crds.v1alpha1.ApiKey;
import dev.keygate.crds.v1alpha1.Organization;
import dev.keygate.local.stack.LocalStack;
import dev.keygate.local.stack.StackOptions;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * The whole local stack with three gateways, a namespace of its own, and a client as its
 * administrator.
 */
public final class BenchStack implements AutoCloseable {

  public static final String NAMESPACE = "bench";

  private static final int GATEWAYS = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final LocalStack stack;
  private final KubernetesClient client;
  private final Watched<ApiKey> keys;
  private final Watched<Organization> organizations;
  private final HttpClient http = HttpClient.newHttpClient();

  private BenchStack(LocalStack stack) {
    this.stack = stack;
    this.client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(stack.endpoints().kubeconfig().toFile()))
            .build();
    this.client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .create();
    this.keys = Watched.of(client.resources(ApiKey.class).inNamespace(NAMESPACE));
    this.organizations = Watched.of(client.resources(Organization.class));
  }

  /** Returns once all is ready. Reads the option {@code --dir}, the last one. */
  public static BenchStack start(Options options) throws IOException, InterruptedException {
    return start(directory(options));
  }

  /** As {@link #start}, with a PostgreSQL that notes the time of each commit. */
  public static BenchStack startNotingCommits(Options options)
      throws IOException, InterruptedException {
    Path directory = directory(options);
    noteCommitTimes(directory);
    return start(directory);
  }

  private static Path directory(Options options) throws IOException {
    String given = options.text("dir", "");
    options.end();
    return given.isEmpty() ? Files.createTempDirectory("keygate-bench") : Path.of(given);
  }

  private static BenchStack start(Path directory) throws InterruptedException {
    System.out.println("starting the local stack with " + GATEWAYS + " gateways in " + directory);
    LocalStack stack =
        LocalStack.create(
            new StackOptions(Path.of(""), directory, GATEWAYS, 1), System.out::println);
    try {
      stack.start();
      return new BenchStack(stack);
    } catch (InterruptedException | RuntimeException e) {
      stack.close();
      throw e;
    }
  }

  /** The stack makes the database when it is first started; this is read when it starts again. */
  private static void noteCommitTimes(Path directory) throws IOException, InterruptedException {
    try (LocalStack first =
        LocalStack.create(new StackOptions(Path.of(""), directory, 0, 0), System.out::println)) {
      first.start();
    }
    Files.writeString(
        directory.resolve("postgres/postgresql.conf"),
        "track_commit_timestamp = on\n",
        StandardOpenOption.APPEND);
  }

  public LocalStack local() {
    return stack;
  }

  public KubernetesClient client() {
    return client;
  }

  public Watched<ApiKey> keys() {
    return keys;
  }

  public Watched<Organization> organizations() {
    return organizations;
  }

  public List<String> gateways() {
    return stack.endpoints().gateways();
  }

  /** What the operator has to do. */
  public OperatorQueue queue() {
    return new OperatorQueue(http, stack.endpoints().operators().getFirst());
  }

  /** Where load goes. */
  public List<Target> targets() {
    return IntStream.range(0, GATEWAYS)
        .mapToObj(
            i -> {
              URI uri = URI.create(gateways().get(i));
              return new Target(
                  new InetSocketAddress(uri.getHost(), uri.getPort()),
                  new ProcessCpu(stack.process("gateway-" + (i + 1)).pid()));
            })
        .toList();
  }

  /** Applies organizations and returns when all are Ready. */
  public void organizations(List<Organization> wanted) throws Exception {
    List<CompletableFuture<?>> ready = new ArrayList<>();
    for (Organization each : wanted) {
      client.resource(each).create();
      ready.add(organizations.when(each.getMetadata().getName(), Wanted::isReadyOrganization));
    }
    awaitAll(ready, "Organizations Ready");
  }

  /** Applies keys and returns when all are Ready. */
  public void keys(List<ApiKey> wanted) throws Exception {
    List<CompletableFuture<?>> ready = new ArrayList<>();
    for (ApiKey each : wanted) {
      client.resource(each).create();
      ready.add(keys.when(each.getMetadata().getName(), Wanted::isReadyKey));
    }
    awaitAll(ready, "ApiKeys Ready");
  }

  /** Merges into the resource; returns with the API server's answer. */
  public <R extends HasMetadata> void patch(Resource<R> resource, String json) {
    resource.patch(PatchContext.of(PatchType.JSON_MERGE), json);
  }

  public Resource<ApiKey> key(String name) {
    return client.resources(ApiKey.class).inNamespace(NAMESPACE).withName(name);
  }

  public Resource<Organization> organization(String name) {
    return client.resources(Organization.class).withName(name);
  }

  /** The key itself, as an application finds it. */
  public String secret(String name) {
    return secret(client.secrets().inNamespace(NAMESPACE).withName(name).require());
  }

  public static String secret(Secret secret) {
    return new String(Base64.getDecoder().decode(secret.getData().get("api-key")), UTF_8);
  }

  public static <T> T await(CompletableFuture<T> future) throws Exception {
    return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  public static void awaitAll(List<? extends CompletableFuture<?>> all, String what)
      throws Exception {
    long begin = System.nanoTime();
    await(CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)));
    System.out.printf("%,d %s after %.1f s%n", all.size(), what, (System.nanoTime() - begin) / 1e9);
  }

  @Override
  public void close() {
    keys.close();
    organizations.close();
    client.close();
    http.close();
    stack.close();
  }
}
