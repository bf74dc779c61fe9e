package dev.keygate.local.controlplane;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleaseDownloadTest {

  private static final String KUBECTL = "/v1.36.3/bin/linux/amd64/kubectl";

  @TempDir Path temp;

  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final List<String> said = new ArrayList<>();
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = files.get(exchange.getRequestURI().getPath());
          exchange.sendResponseHeaders(body == null ? 404 : 200, body == null ? -1 : body.length);
          if (body != null) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void fetchKeepsProgramWhoseChecksumMatches() throws Exception {
    files.put(KUBECTL, "a program".getBytes(UTF_8));
    files.put(KUBECTL + ".sha256", sha256("a program".getBytes(UTF_8)).getBytes(UTF_8));

    Attempt attempt = download().fetch(Set.of(Program.KUBECTL), temp);

    assertThat(attempt).isEqualTo(new Attempt.Obtained(Set.of(Program.KUBECTL)));
    assertThat(temp.resolve("kubectl")).isExecutable().hasContent("a program");
    assertThat(said).contains("downloading kubectl (0 MB)");
  }

  @Test
  void fetchRefusesProgramWhoseChecksumDiffers() throws Exception {
    files.put(KUBECTL, "not the program".getBytes(UTF_8));
    files.put(KUBECTL + ".sha256", sha256("a program".getBytes(UTF_8)).getBytes(UTF_8));

    Attempt attempt = download().fetch(Set.of(Program.KUBECTL), temp);

    assertThat(attempt)
        .isInstanceOfSatisfying(
            Attempt.Unavailable.class,
            unavailable -> assertThat(unavailable.reason()).contains("has SHA-256"));
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void fetchRefusesProgramWithoutChecksum() throws Exception {
    files.put(KUBECTL, "a program".getBytes(UTF_8));

    assertThat(download().fetch(Set.of(Program.KUBECTL), temp))
        .isInstanceOf(Attempt.Unavailable.class);
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void fetchUnpacksEtcdFromItsArchive() throws Exception {
    Path source = Files.createDirectories(temp.resolve("source/etcd-v3.6.8-linux-amd64"));
    Files.writeString(source.resolve("etcd"), "etcd itself");
    assertThat(source.resolve("etcd").toFile().setExecutable(true)).isTrue();
    Path archive = temp.resolve("archive.tar.gz");
    assertThat(
            new ProcessBuilder(
                    "tar",
                    "-czf",
                    archive.toString(),
                    "-C",
                    temp.resolve("source").toString(),
                    source.getFileName().toString())
                .start()
                .waitFor())
        .isZero();
    byte[] bytes = Files.readAllBytes(archive);
    String name = "etcd-v3.6.8-linux-amd64.tar.gz";
    files.put("/etcd/v3.6.8/" + name, bytes);
    files.put("/etcd/v3.6.8/SHA256SUMS", (sha256(bytes) + "  " + name + "\n").getBytes(UTF_8));
    Path into = Files.createDirectories(temp.resolve("into"));

    Attempt attempt = download().fetch(Set.of(Program.ETCD), into);

    assertThat(attempt).isEqualTo(new Attempt.Obtained(Set.of(Program.ETCD)));
    assertThat(into.resolve("etcd")).isExecutable().hasContent("etcd itself");
    assertThat(into).isDirectoryNotContaining("glob:**.gz");
  }

  @Test
  void fetchIsUnavailableWhenMirrorIsDown() throws Exception {
    server.stop(0);

    Attempt attempt = download().fetch(Program.CORE, temp);

    assertThat(attempt)
        .isInstanceOfSatisfying(
            Attempt.Unavailable.class,
            unavailable -> assertThat(unavailable.reason()).contains("can't be reached"));
  }

  private ReleaseDownload download() {
    return new ReleaseDownload(
        "http://127.0.0.1:" + server.getAddress().getPort() + "/",
        new Versions("1.36.3", "3.6.8"),
        new Platform("linux", "amd64"),
        said::add);
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
