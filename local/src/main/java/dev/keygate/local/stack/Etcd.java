package dev.keygate.local.stack;

import dev.keygate.local.process.ProcessSpec;
import dev.keygate.local.process.Readiness;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;

/** The store of the API server. Its data is not synced to disk: a power cut may lose it. */
final class Etcd {

  private final Path program;
  private final Path directory;
  private final int clientPort;
  private final int peerPort;

  Etcd(Path program, Path directory, Ports ports) {
    this.program = program;
    this.directory = directory;
    this.clientPort = ports.near(2379);
    this.peerPort = ports.near(2380);
  }

  String address() {
    return "http://127.0.0.1:" + clientPort;
  }

  ProcessSpec spec() {
    String peer = "http://127.0.0.1:" + peerPort;
    return ProcessSpec.of(
            "etcd",
            directory,
            List.of(
                program.toString(),
                "--data-dir=" + directory.resolve("etcd"),
                "--unsafe-no-fsync",
                "--listen-client-urls=" + address(),
                "--advertise-client-urls=" + address(),
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=default=" + peer,
                "--log-level=warn"))
        .inTier(3);
  }

  Readiness readiness(HttpClient client) {
    return Http.answersOk(client, URI.create(address() + "/health"));
  }
}
