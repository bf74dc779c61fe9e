package dev.keygate.local.stack;

import dev.keygate.local.process.ProcessSpec;
import dev.keygate.local.process.Readiness;
import dev.keygate.local.upstream.DemoUpstream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;

/** The demo upstream, in a process of its own. */
final class Upstream {

  private final Path directory;
  private final int port;

  Upstream(Path directory, Ports ports) {
    this.directory = directory;
    this.port = ports.near(9090);
  }

  String address() {
    return "http://127.0.0.1:" + port;
  }

  ProcessSpec spec() {
    return ProcessSpec.of(
            "upstream",
            directory,
            JavaProgram.ofClass(DemoUpstream.class.getName(), 128, List.of(Integer.toString(port))))
        .inTier(1);
  }

  Readiness readiness(HttpClient client) {
    return Http.answersOk(client, URI.create(address() + "/ready"));
  }
}
