package dev.keygate.local.checker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The API server, through {@code kubectl proxy}. */
final class Cluster implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String STARTED = "Starting to serve on ";

  private final Process proxy;
  private final String address;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();
  private volatile boolean closed;

  private Cluster(Process proxy, String address) {
    this.proxy = proxy;
    this.address = address;
  }

  static Cluster through(String kubectl, String kubeconfig) throws IOException {
    Process proxy =
        new ProcessBuilder(kubectl, "--kubeconfig=" + kubeconfig, "proxy", "--port=0")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader said = proxy.inputReader();
    String line = said.readLine();
    if (line == null || !line.startsWith(STARTED)) {
      throw new IOException("kubectl proxy said " + line);
    }
    return new Cluster(proxy, "http://" + line.substring(STARTED.length()).strip());
  }

  /** Told of each object that there is and of each change. */
  interface Watcher {
    /**
     * @param gone the object was deleted
     */
    void changed(Map<String, @Nullable Object> object, boolean gone);

    /** What follows are all objects again, at the start and whenever the watch broke. */
    void again();

    /** All have been told; what was not among them is gone. */
    void listed();
  }

  /** Lists, then watches, again and again, until this is closed; for a thread of its own. */
  void watch(String path, String query, Watcher watcher) {
    while (!closed) {
      try {
        watcher.again();
        String list = "?" + query;
        HttpResponse<String> all = send(path + list, BodyHandlers.ofString());
        if (all.statusCode() != 200) {
          Thread.sleep(200);
          continue;
        }
        Map<String, @Nullable Object> page = Json.object(all.body());
        for (Object item : Json.list(page, "items")) {
          watcher.changed(Json.asObject(item), false);
        }
        watcher.listed();
        String from = Json.text(page, "metadata.resourceVersion");
        follow(
            path + list + "&watch=true&allowWatchBookmarks=true&resourceVersion=" + from, watcher);
      } catch (IOException e) {
        pause();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void follow(String path, Watcher watcher) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(address + path)).build();
    HttpResponse<Stream<String>> events = client.send(request, BodyHandlers.ofLines());
    try (Stream<String> lines = events.body()) {
      for (String line : (Iterable<String>) lines::iterator) {
        Map<String, @Nullable Object> event = Json.object(line);
        String type = Json.text(event, "type");
        if (type.equals("ERROR")) {
          return;
        }
        if (!type.equals("BOOKMARK")) {
          watcher.changed(Json.asObject(Json.find(event, "object")), type.equals("DELETED"));
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Empty: there is none. Throws when the API server can't be asked. */
  Optional<Map<String, @Nullable Object>> get(String path)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = send(path, BodyHandlers.ofString());
    if (answer.statusCode() == 404) {
      return Optional.empty();
    }
    if (answer.statusCode() != 200) {
      throw new IOException("the API server answered " + answer.statusCode());
    }
    return Optional.of(Json.object(answer.body()));
  }

  private <T> HttpResponse<T> send(String path, HttpResponse.BodyHandler<T> body)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(address + path)).timeout(PATIENCE).build(), body);
  }

  private static void pause() {
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed = true;
    proxy.destroy();
  }
}
