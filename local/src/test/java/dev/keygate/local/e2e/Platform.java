package dev.keygate.local.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keygate.local.process.Child;
import dev.keygate.local.process.CommandFailedException;
import dev.keygate.local.stack.LocalStack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The running stack, in the hands of a platform team, an application and an API client. */
public final class Platform {

  static final Duration PATIENCE = Duration.ofSeconds(90);

  private final LocalStack stack;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  /** Every plaintext key that a test has read: none of them may be found anywhere else. */
  private final Set<String> keysSeen = ConcurrentHashMap.newKeySet();

  Platform(LocalStack stack) {
    this.stack = stack;
  }

  LocalStack stack() {
    return stack;
  }

  Set<String> keysSeen() {
    return keysSeen;
  }

  Child process(String name) {
    return stack.process(name);
  }

  List<String> gateways() {
    return stack.endpoints().gateways();
  }

  /** Runs kubectl and returns what it printed. */
  public String kubectl(String... arguments) {
    try {
      return stack.kubectl().run(arguments);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Runs kubectl, which must fail, and returns what it printed. */
  public String kubectlRefuses(String... arguments) {
    try {
      return "unexpectedly succeeded: " + kubectl(arguments);
    } catch (CommandFailedException e) {
      return e.output();
    }
  }

  void apply(Path file) {
    kubectl("apply", "-f", file.toString());
  }

  void apply(String manifest) {
    try {
      Path file = Files.createTempFile(stack.directory(), "manifest-", ".yaml");
      Files.writeString(file, manifest);
      apply(file);
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A namespace of its own for a test, granted to nobody yet. */
  void namespace(String name, String tenant) {
    apply(
        """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: %s
          labels:
            tenant: %s
        """
            .formatted(name, tenant));
  }

  /** An organization whose keys may be in namespaces with that tenant's label. */
  void organization(String name, String tenant) {
    apply(
        """
        apiVersion: keygate.dev/v1alpha1
        kind: Organization
        metadata:
          name: %s
        spec:
          displayName: %s
          allowedNamespaces:
            from: Selector
            selector:
              matchLabels:
                tenant: %s
        """
            .formatted(name, name, tenant));
  }

  static String keyManifest(String namespace, String name, String organization) {
    return """
    ---
    apiVersion: keygate.dev/v1alpha1
    kind: ApiKey
    metadata:
      name: %s
      namespace: %s
    spec:
      displayName: %s
      organizationRef:
        name: %s
      permissions: ["contacts:read"]
    """
        .formatted(name, namespace, name, organization);
  }

  void awaitReady(String namespace, String name) {
    kubectl(
        "wait",
        "--for=condition=Ready",
        "--timeout=90s",
        "--namespace=" + namespace,
        "apikey/" + name);
  }

  /** "True", "False Revoked", ... ; "" when the condition is not there. */
  String condition(String kind, String name, String namespace, String type) {
    String path =
        "jsonpath={range .status.conditions[?(@.type==\"%s\")]}{.status} {.reason}{end}"
            .formatted(type);
    return namespace.isEmpty()
        ? kubectl("get", kind, name, "--output=" + path)
        : kubectl("get", kind, name, "--namespace=" + namespace, "--output=" + path);
  }

  void awaitCondition(String kind, String name, String namespace, String type, String expected) {
    await(kind + " " + name)
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(condition(kind, name, namespace, type)).isEqualTo(expected));
  }

  String message(String kind, String name, String namespace, String type) {
    String path = "jsonpath={.status.conditions[?(@.type==\"%s\")].message}".formatted(type);
    return namespace.isEmpty()
        ? kubectl("get", kind, name, "--output=" + path)
        : kubectl("get", kind, name, "--namespace=" + namespace, "--output=" + path);
  }

  /** The key in a Secret, as the application reads it. */
  String key(String namespace, String secret) {
    String encoded =
        kubectl(
            "get",
            "secret",
            secret,
            "--namespace=" + namespace,
            "--output=jsonpath={.data.api-key}");
    String key = new String(Base64.getDecoder().decode(encoded), UTF_8);
    keysSeen.add(key);
    return key;
  }

  /** GET through the first gateway. */
  Answer get(String path, String key) {
    return get(gateways().getFirst(), path, key);
  }

  Answer get(String gateway, String path, String key) {
    return send("GET", gateway, path, key);
  }

  /** A request; without a key when that is empty. */
  Answer send(String method, String gateway, String path, String key) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(gateway + path))
            .timeout(Duration.ofSeconds(20))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (!key.isEmpty()) {
      request.header("X-API-Key", key);
    }
    try {
      var response = client.send(request.build(), BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body());
    } catch (IOException e) {
      return new Answer(0, String.valueOf(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
